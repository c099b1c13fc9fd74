namespace Consortium.Learning.Payments;

/// <summary>What kind of problem sets a row aside.</summary>
public enum RowFault
{
    /// <summary>A field is not what it should be. Such rows count against <see cref="PaymentReadOptions.MaxBadRows"/>.</summary>
    Malformed,

    /// <summary>The row's date cannot be a payment's: beyond the clock, or so early that it stands for none.</summary>
    ImpossibleDate,

    /// <summary>It says nothing of a payment between two accounts, as a fee on a statement or a reversal.</summary>
    NoPayment,
}
