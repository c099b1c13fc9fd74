using Microsoft.Research.SEAL;

// Adds ciphertexts that the test suite's SEAL writer exported, in Microsoft SEAL itself, and compares the sum with the one that was released.
if (args is not [string parametersFile, string expectedFile, .. string[] updateFiles] || updateFiles.Length < 2)
{
    Console.Error.WriteLine("usage: SealCheck PARAMETERS EXPECTED-SUM UPDATE UPDATE ...");
    return 2;
}

using var parameters = new EncryptionParameters();
using (FileStream stream = File.OpenRead(parametersFile))
{
    parameters.Load(stream);
}

using var context = new SEALContext(parameters, expandModChain: false, SecLevelType.None);
using var evaluator = new Evaluator(context);
using Ciphertext sum = Load(updateFiles[0]);
foreach (string file in updateFiles.Skip(1))
{
    using Ciphertext next = Load(file);
    evaluator.AddInplace(sum, next);
}

using Ciphertext expected = Load(expectedFile);
for (ulong polynomial = 0; polynomial < expected.Size; polynomial++)
{
    for (ulong coefficient = 0; coefficient < expected.PolyModulusDegree * expected.CoeffModulusSize; coefficient++)
    {
        if (sum[polynomial, coefficient] != expected[polynomial, coefficient])
        {
            Console.Error.WriteLine($"The sums differ at polynomial {polynomial}, coefficient {coefficient}.");
            return 1;
        }
    }
}

Console.WriteLine($"SEAL's sum of {updateFiles.Length} ciphertexts is the released one.");
return 0;

Ciphertext Load(string file)
{
    var ciphertext = new Ciphertext();
    using FileStream stream = File.OpenRead(file);
    ciphertext.Load(context, stream);
    return ciphertext;
}
