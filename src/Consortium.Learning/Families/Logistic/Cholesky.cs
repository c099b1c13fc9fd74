namespace Consortium.Learning.Families.Logistic;

/// <summary>Solves symmetric positive definite systems in one fixed order of operations.</summary>
internal static class Cholesky
{
    /// <summary>
    /// The x with <paramref name="matrix"/> x = <paramref name="vector"/>. A direction in which the matrix is not positive (rows
    /// said nothing about it) gets 0.
    /// </summary>
    /// <param name="matrix">Row by row; only the lower triangle is read. Overwritten.</param>
    /// <param name="vector">As long as the matrix has rows.</param>
    public static double[] Solve(Span<double> matrix, ReadOnlySpan<double> vector)
    {
        int size = vector.Length;
        double[] solution = vector.ToArray();
        for (int i = 0; i < size; i++)
        {
            Span<double> row = matrix.Slice(i * size, size);
            for (int j = 0; j <= i; j++)
            {
                ReadOnlySpan<double> other = matrix.Slice(j * size, size);
                double value = row[j];
                for (int k = 0; k < j; k++)
                {
                    value -= row[k] * other[k];
                }

                if (j < i)
                {
                    row[j] = other[j] > 0 ? value / other[j] : 0;
                }
                else
                {
                    row[j] = value > 0 ? Math.Sqrt(value) : 0;
                }
            }

            double known = solution[i];
            for (int k = 0; k < i; k++)
            {
                known -= row[k] * solution[k];
            }

            solution[i] = row[i] > 0 ? known / row[i] : 0;
        }

        for (int i = size - 1; i >= 0; i--)
        {
            double diagonal = matrix[(i * size) + i];
            double value = solution[i];
            for (int k = i + 1; k < size; k++)
            {
                value -= matrix[(k * size) + i] * solution[k];
            }

            solution[i] = diagonal > 0 ? value / diagonal : 0;
        }

        return solution;
    }
}
