using Microsoft.AspNetCore.Http;

namespace Consortium.Scoring;

/// <summary>Why a request was rejected, as a problem-details answer (RFC 9457). Nothing was charged.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Kind">Last part of the problem's type, which programs may compare.</param>
/// <param name="Detail">What was wrong and what to do, for people.</param>
internal sealed record Refusal(int Status, string Kind, string Detail)
{
    public const string TypePrefix = "urn:consortium:scoring:";

    public static Refusal BadInput(string detail) => new(StatusCodes.Status400BadRequest, "malformed", detail);

    public static Refusal Unauthorized(string detail) => new(StatusCodes.Status401Unauthorized, "not-authorized", detail);

    public static Refusal Forbidden(string kind, string detail) => new(StatusCodes.Status403Forbidden, kind, detail);

    public static Refusal NotFound(string detail) => new(StatusCodes.Status404NotFound, "not-found", detail);

    public static Refusal Conflict(string kind, string detail) => new(StatusCodes.Status409Conflict, kind, detail);

    public IResult ToResult() =>
        Results.Problem(detail: Detail, statusCode: Status, type: TypePrefix + Kind, title: Kind.Replace('-', ' '));
}
