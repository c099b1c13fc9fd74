namespace Consortium.Learning.Payments.Swift;

/// <summary>What <see cref="FinText.Read"/> met.</summary>
internal enum FinToken
{
    MessageBegin,
    Field,
    MessageEnd,
    Finished,
}
