System.Console.WriteLine("FunctionCalling");
