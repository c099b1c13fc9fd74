namespace Consortium.Learning.Simulation;

internal enum AccountKind : byte
{
    Personal,
    Business,
    Merchant,
}
