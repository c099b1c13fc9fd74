using System.Net;

namespace Consortium.Scoring.Client;

/// <summary>The scorer rejected a request; nothing was charged for it.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="kind">The last part of the problem's type, such as <c>quota</c>; empty when the answer names none.</param>
/// <param name="detail">What the scorer says of it.</param>
public sealed class ScoringRejectedException(HttpStatusCode status, string kind, string detail)
    : Exception($"The scorer answered {(int)status} {kind}: {detail}")
{
    public HttpStatusCode Status => status;

    public string Kind => kind;
}
