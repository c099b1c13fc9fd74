namespace Consortium.Learning.Payments;

/// <summary>
/// The currency list, version 2: AMLworld's fifteen by its own names, then ISO 4217's others by their codes, then those withdrawn
/// since, ISO's units of account and metals, and codes in use without ISO.
/// </summary>
/// <remarks>
/// A <see cref="Currency"/> is a place in this list, so entries are only ever appended, and a longer list changes no model: bins
/// of currencies are those of version 1, whose last takes whatever came later. AMLworld's names are those of
/// https://github.com/IBM/AML-Data. A file may use either form of the first fifteen.
/// </remarks>
public static class Currencies
{
    public const int Version = 2;

    /// <summary>Number of currencies in version 1, which bins are made for.</summary>
    public const int FirstVersionCount = 157;

    private static readonly string[] AmlWorldNames =
    [
        "US Dollar", "Euro", "Yuan", "Yen", "Rupee", "Ruble", "UK Pound", "Canadian Dollar", "Australian Dollar", "Swiss Franc",
        "Brazil Real", "Mexican Peso", "Saudi Riyal", "Shekel", "Bitcoin",
    ];

    private static readonly string[] Codes = (
        "USD EUR CNY JPY INR RUB GBP CAD AUD CHF BRL MXN SAR ILS XBT " +
        "AED AFN ALL AMD ANG AOA ARS AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BSD BTN BWP BYN BZD CDF CLP COP CRC CUP CVE " +
        "CZK DJF DKK DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR IQD IRR ISK JMD JOD KES KGS " +
        "KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MYR MZN NAD NGN NIO " +
        "NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RWF SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL " +
        "THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG " +

        // Version 2: withdrawn before the euro, with it, and otherwise.
        "DEM FRF ITL ESP NLG BEF LUF ATS PTE FIM IEP GRD SIT CYP MTL SKK EEK LVL LTL HRK " +
        "AFA AOR AZM BGL BYR CSD CSK CUC GHC GWP MGF MRO MZM PLZ ROL RUR SDD SLL SRG STD TMM TPE TRL UAK VEB VEF YUM ZMK ZWD ZWL "
            +
            "ZWN ZWR XCG XEU " +

        // Units of account, bonds and metals.
        "BOV CHE CHW CLF COU MXV USN USS UYI UYW XAD XAG XAU XDR XPD XPT XSU XUA " +

        // In use without ISO.
        "CNH GGP IMP JEP TVD PRB ETH LTC XRP USDT USDC").Split(' ');

    /// <summary>Other codes for the same currency.</summary>
    private static readonly (string Alias, string Code)[] Aliases =
    [
        ("BTC", "XBT"), ("RMB", "CNY"), ("NTD", "TWD"), ("NIS", "ILS"),
    ];

    private static readonly Dictionary<string, Currency>.AlternateLookup<ReadOnlySpan<char>> ByName = Names();

    /// <summary>Number of currencies; their codes run from 0.</summary>
    public static int Count => Codes.Length;

    public static Currency UsDollar => default;

    /// <summary>Finds a currency by AMLworld's name or ISO 4217's code, in any case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Currency currency) => ByName.TryGetValue(text, out currency);

    /// <summary>The name that AMLworld files use, or ISO's code where AMLworld has none.</summary>
    public static string NameOf(Currency currency) =>
        currency.Code < AmlWorldNames.Length ? AmlWorldNames[currency.Code] : Codes[currency.Code];

    /// <summary>ISO 4217's code.</summary>
    public static string CodeOf(Currency currency) => Codes[currency.Code];

    private static Dictionary<string, Currency>.AlternateLookup<ReadOnlySpan<char>> Names()
    {
        var names = new Dictionary<string, Currency>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < Codes.Length; i++)
        {
            names.Add(Codes[i], new Currency((byte)i));
        }

        for (int i = 0; i < AmlWorldNames.Length; i++)
        {
            names.Add(AmlWorldNames[i], new Currency((byte)i));
        }

        foreach ((string alias, string code) in Aliases)
        {
            names.Add(alias, names[code]);
        }

        return names.GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
