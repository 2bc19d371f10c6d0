System.Console.WriteLine("BatchEmbeddings");
