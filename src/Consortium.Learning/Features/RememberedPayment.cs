namespace Consortium.Learning.Features;

/// <summary>One past payment as an account remembers it.</summary>
internal struct RememberedPayment
{
    /// <summary>As the account saw it: paid when it went out, received when it came in.</summary>
    public double Amount;

    public int Minute;

    /// <summary>Slot of the other account.</summary>
    public int Peer;

    /// <summary>The other account's bank, numbered within the bank's graph.</summary>
    public int PeerBank;

    /// <summary>The account's first payment with this peer in this direction.</summary>
    public bool First;

    /// <summary>A later payment with the same peer exists, so that the unsuperseded ones count distinct peers.</summary>
    public bool Superseded;
}
