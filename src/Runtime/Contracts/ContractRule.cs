namespace Orleans.Runtime;

/// <summary>The rules of <see cref="ContractChecker"/>.</summary>
public enum ContractRule
{
    /// <summary>A type of ours without <c>[GenerateSerializer]</c>.</summary>
    MissingGenerateSerializer,

    /// <summary>A member without <c>[Id]</c>, which Orleans would lose.</summary>
    MissingId,

    /// <summary>Two members of one type with the same id.</summary>
    DuplicateId,

    /// <summary>An id on a property without a field of its own.</summary>
    IdOnComputedProperty,

    /// <summary>A wire type, grain interface or overloaded method without <c>[Alias]</c>.</summary>
    MissingAlias,

    /// <summary>Two types, or two methods of one interface, with the same alias.</summary>
    DuplicateAlias,

    /// <summary>A method that cannot be called across grains.</summary>
    MethodShape,

    /// <summary>A type that Orleans cannot serialize.</summary>
    NotSerializable,

    /// <summary>A value that could be changed after it was passed by reference.</summary>
    Mutable,
}
