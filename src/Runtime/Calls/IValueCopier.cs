namespace Orleans.Runtime;

/// <summary>Copies a value as the call boundary does.</summary>
public interface IValueCopier
{
    T Copy<T>(T value);
}
