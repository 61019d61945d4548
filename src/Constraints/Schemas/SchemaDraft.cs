namespace DecodeAlign.Constraints;

/// <summary>Editions of JSON Schema that differ in what they define.</summary>
internal enum SchemaDraft
{
    Draft4,
    Draft6,
    Draft7,
    Draft2019,
    Draft2020,
}
