namespace Consortium.Cryptography.Tests.Seal;

/// <summary>Microsoft SEAL's schemes, by the numbers in its files.</summary>
public enum SealScheme : byte
{
    Bfv = 1,
    Ckks = 2,
    Bgv = 3,
}
