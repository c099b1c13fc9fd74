namespace Consortium.Learning.Payments;

/// <summary>AMLworld's seven payment formats; <see cref="Other"/> stands for any the data names beyond them.</summary>
public enum PaymentFormat : byte
{
    Other = 0,
    Ach = 1,
    Bitcoin = 2,
    Cash = 3,
    Cheque = 4,
    CreditCard = 5,
    Reinvestment = 6,
    Wire = 7,
}
