namespace Consortium.Learning.Payments;

/// <summary>
/// The currency list, version 2: AMLworld's fifteen by its own names, then ISO 4217's others by their codes, then those withdrawn
/// since, ISO's units of account and metals, and codes in use without ISO. Files may also have ISO's numbers and signs.
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

    /// <summary>
    /// ISO 4217's numbers of <see cref="Codes"/>, in the same order. Numbers that two currencies have had, 532 and 891, are left
    /// out.
    /// </summary>
    private static readonly string[] Numbers = (
        "840 978 156 392 356 643 826 124 036 756 986 484 682 376 - 784 971 008 051 - 973 032 533 944 977 052 050 975 048 " +
        "108 060 096 068 044 064 072 933 084 976 152 170 188 192 132 203 262 208 214 012 818 232 230 242 238 981 936 292 " +
        "270 324 320 328 344 340 332 348 360 368 364 352 388 400 404 417 116 174 408 410 414 136 398 418 422 144 430 426 " +
        "434 504 498 969 807 104 496 446 929 480 462 454 458 943 516 566 558 578 524 554 512 590 604 598 608 586 985 600 " +
        "634 946 941 646 090 690 938 752 702 654 925 706 968 728 930 222 760 748 764 972 934 788 776 949 780 901 834 980 " +
        "800 858 860 926 928 704 548 882 950 951 952 953 886 710 967 924 276 250 380 724 528 056 442 040 620 246 372 300 " +
        "705 196 470 703 233 428 440 191 004 - 031 100 974 - - 931 288 624 450 478 508 - 642 810 736 694 740 678 795 626 " +
        "792 - 862 937 - 894 716 932 942 935 - - 984 947 948 990 970 979 997 998 940 - - 961 959 960 964 962 994 965 - - " +
        "- - - - - - - - -").Split(' ');

    /// <summary>Signs that stand for one currency: not $, kr or \u00A5, which several have.</summary>
    private static readonly (string Sign, string Code)[] Signs =
    [
        ("\u20AC", "EUR"), ("\u00A3", "GBP"), ("\u20B9", "INR"), ("\u20BD", "RUB"), ("\u20AA", "ILS"), ("\u20BF", "XBT"),
        ("\u20BA", "TRY"), ("\u20B4", "UAH"), ("\u20AB", "VND"), ("\u20A6", "NGN"), ("\u20B8", "KZT"), ("\u20BE", "GEL"),
        ("\u20BC", "AZN"), ("\u20AD", "LAK"), ("\u20AE", "MNT"), ("\u20B2", "PYG"), ("US$", "USD"), ("R$", "BRL"),
        ("HK$", "HKD"), ("NT$", "TWD"), ("z\u0142", "PLN"), ("K\u010D", "CZK"),
    ];

    private static readonly Dictionary<string, Currency>.AlternateLookup<ReadOnlySpan<char>> ByName = Names();

    /// <summary>Names and codes as they are in most files, which are found faster in their own case.</summary>
    private static readonly TextIndex Exact = ExactNames();

    /// <summary>Number of currencies; their codes run from 0.</summary>
    public static int Count => Codes.Length;

    public static Currency UsDollar => default;

    /// <summary>Finds a currency by AMLworld's name, ISO 4217's code or number, or its sign, in any case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Currency currency)
    {
        int exact = Exact.Find(0, text);
        if (exact < 0)
        {
            currency = default;
            return !IsOfHundredths(text) && (ByName.TryGetValue(text, out currency) || TryNumber(text, out currency));
        }

        currency = new Currency((byte)(exact < Codes.Length ? exact : exact - Codes.Length));
        return true;
    }

    /// <summary>The name that AMLworld files use, or ISO's code where AMLworld has none.</summary>
    public static string NameOf(Currency currency) =>
        currency.Code < AmlWorldNames.Length ? AmlWorldNames[currency.Code] : Codes[currency.Code];

    /// <summary>ISO 4217's code.</summary>
    public static string CodeOf(Currency currency) => Codes[currency.Code];

    private static TextIndex ExactNames()
    {
        var names = new TextIndex();
        foreach (string name in Codes.Concat(AmlWorldNames))
        {
            names.Add(0, name);
        }

        return names;
    }

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

        for (int i = 0; i < Numbers.Length; i++)
        {
            if (Numbers[i] != "-")
            {
                names.Add(Numbers[i], new Currency((byte)i));
            }
        }

        foreach ((string sign, string code) in Signs)
        {
            names.Add(sign, names[code]);
        }

        return names.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>
    /// Whether it is a code as markets write pence (<c>GBp</c>) and cents: amounts would be a hundred times too much.
    /// </summary>
    private static bool IsOfHundredths(ReadOnlySpan<char> text) => text.Length == 3
        && char.IsAsciiLetterUpper(text[0]) && char.IsAsciiLetterUpper(text[1]) && char.IsAsciiLetterLower(text[2]);

    /// <summary>A number that lost its leading zeros, as data frames write it.</summary>
    private static bool TryNumber(ReadOnlySpan<char> text, out Currency currency)
    {
        currency = default;
        return text.Length is 1 or 2 && !text.ContainsAnyExceptInRange('0', '9')
            && ByName.TryGetValue(string.Concat("000".AsSpan(text.Length), text), out currency);
    }
}
