namespace Consortium.Learning.Simulation;

/// <summary>Why a simulated payment was made: the ground truth, which no bank sees.</summary>
public enum PaymentOrigin : byte
{
    /// <summary>To a counterparty the account pays again and again.</summary>
    Regular,

    /// <summary>An honest payment to somebody never planned to be paid again.</summary>
    FirstTime,

    /// <summary>From an account to itself.</summary>
    Reinvestment,

    /// <summary>Look-alike of fan-out: an employer pays its staff within two hours, month after month.</summary>
    Payroll,

    /// <summary>Look-alike of fan-out: refunds, claims or prizes to many who were never paid before.</summary>
    Payout,

    /// <summary>Look-alike of fan-in: customers of one merchant on one day.</summary>
    MerchantFanIn,

    /// <summary>Look-alike of a cycle: most of a payment comes back within hours to days.</summary>
    TwoCycle,

    /// <summary>Look-alike of a cycle: three or four trading partners in a round.</summary>
    TradeLoop,

    /// <summary>Look-alike of layering: rent, and what the landlord passes on of it.</summary>
    Rent,

    /// <summary>Look-alike of layering: an agent passes on what it was paid, less its fee.</summary>
    Agency,

    /// <summary>Look-alike of an attempt: honest payments in one of laundering's own shapes.</summary>
    HonestStructure,

    /// <summary>Laundering that belongs to an attempt of one of the eight typologies.</summary>
    LaunderingPattern,

    /// <summary>Laundering in no pattern: one to three hops.</summary>
    LaunderingOutside,
}
