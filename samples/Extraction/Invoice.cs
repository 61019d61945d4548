using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace DecodeAlign.Samples;

/// <summary>Currencies that are read.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Currency>))]
internal enum Currency
{
    EUR,
    USD,
    GBP,
}

/// <summary>What is wanted of an invoice.</summary>
internal sealed record Invoice(
    [property: RegularExpression("^[A-Z]-[0-9]{4}$")] string Number,
    DateOnly Date,
    DateOnly? Due,
    Currency Currency,
    double Total,
    bool IsPaid);
