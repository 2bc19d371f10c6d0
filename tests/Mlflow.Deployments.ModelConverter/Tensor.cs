namespace Mlflow.Deployments.ModelConverter;

/// <summary>One float tensor of the package, row-major.</summary>
internal sealed record Tensor(IReadOnlyList<int> Shape, float[] Values)
{
    /// <summary>Gets the length of the last dimension: of a kernel, the number of its outputs.</summary>
    public int Columns => Shape[^1];

    /// <summary>Gets the number of rows when all dimensions but the last are one.</summary>
    public int Rows => Values.Length / Columns;

    /// <summary>Returns the same matrix with a row for each output.</summary>
    public Tensor Transpose()
    {
        var values = new float[Values.Length];
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                values[(column * Rows) + row] = Values[(row * Columns) + column];
            }
        }

        return new Tensor([Columns, Rows], values);
    }
}
