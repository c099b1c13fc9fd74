namespace Consortium.Cli.Reporting;

/// <summary>What crossed the wire, and what each party could see of it.</summary>
internal static class PartySection
{
    public static Html Render(TrainingReport report) => $"""
        <section>
        <h2>What each party saw</h2>
        <p>Bytes are message bodies as the bus handed them over, counted at each receiver.</p>
        <div class="scroll"><table>
        <thead><tr><th scope="col">Party</th><th scope="col">Could see</th><th scope="col">Could not see</th><th scope="col" class="n">Sent, each</th><th scope="col" class="n">Received, each</th></tr></thead>
        <tbody>{report.Parties.Select(Row)}</tbody>
        </table></div>
        <details><summary>What each bank sent and received</summary><div class="scroll"><table>
        <thead><tr><th scope="col">Bank</th><th scope="col">Party</th><th scope="col" class="n">Sent</th><th scope="col" class="n">Received</th></tr></thead>
        <tbody>{report.Banks.Select(BankRow)}</tbody></table></div></details>
        </section>
        """;

    private static Html Row(PartyView party) => $"""
        <tr><th scope="row">{(party.Count > 1 ? $"{party.Role}, each of {party.Count}" : party.Role)}</th><td>{party.Saw}</td><td>{party.CouldNotSee}</td>
        <td class="n">{ByteSize.Of(party.BytesSent / Math.Max(1, party.Count))}</td><td class="n">{ByteSize.Of(party.BytesReceived / Math.Max(1, party.Count))}</td></tr>
        """;

    private static Html BankRow(BankOutcome bank) => $"""
        <tr><th scope="row">{bank.Bank}</th><td>{bank.Party}</td><td class="n">{ByteSize.Of(bank.BytesSent)}</td><td class="n">{ByteSize.Of(bank.BytesReceived)}</td></tr>
        """;
}
