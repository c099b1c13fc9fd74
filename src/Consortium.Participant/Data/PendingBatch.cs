using System.Collections.Immutable;
using Consortium.Learning.Payments;

namespace Consortium.Participant.Data;

/// <summary>Rows of files that were read, and are not part of the bank's data yet.</summary>
internal sealed record PendingBatch(PaymentSet Set, int AccountsBefore, long SetAside, ImmutableArray<string> Remarks);
