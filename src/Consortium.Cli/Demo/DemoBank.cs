using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Demo;

/// <summary>
/// One bank of a demonstration: the file its participant reads, and what the comparison needs of the same rows.
/// </summary>
/// <param name="Bank">As the data names it.</param>
/// <param name="Party">Its name in the consortium.</param>
/// <param name="Folder">Holds its payments of the training days, and nothing else.</param>
/// <param name="TrainingRows">Rows it owns on training days.</param>
/// <param name="Training">The same rows as its participant computes them; given away once nothing here needs them.</param>
/// <param name="Test">Rows it owns on the days after, which no training sees.</param>
internal sealed record DemoBank(
    BankId Bank, PartyId Party, string Folder, int TrainingRows, TrainingRows? Training, TestRows Test);

/// <summary>Labelled rows to judge models on. Columns are parallel.</summary>
/// <param name="Days">Each row's day, counted from the first day of the data.</param>
/// <param name="Attempts">Each row's laundering attempt, or -1; empty when nothing tells.</param>
internal sealed record TestRows(FeatureMatrix Features, Label[] Labels, int[] Days, int[] Attempts);
