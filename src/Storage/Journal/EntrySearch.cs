using System.Text;

namespace Palisade.Storage.Journal;

/// <summary>A search of entries as SQL: conditions and order, with what is bound to them.</summary>
internal sealed class EntrySearch
{
    private readonly StringBuilder _where = new();
    private readonly List<object> _values = [];
    private readonly Func<int, string> _parameter;

    private EntrySearch(Func<int, string> parameter) => _parameter = parameter;

    public string Where => _where.ToString();

    /// <param name="parameter">How the database writes its nth parameter, from 1.</param>
    public static EntrySearch Of(EntryFilter filter, Func<int, string> parameter)
    {
        if (filter.Limit is < 1 or > 1000)
        {
            throw new ArgumentException("The limit is 1 to 1,000.", nameof(filter));
        }

        var search = new EntrySearch(parameter);
        search.Text("WHERE j.org = ").Value(filter.Org);
        search.And("j.actor = ", filter.ActorId);
        search.And("j.operation = ", filter.Operation);
        search.And("j.resource = ", filter.Resource);
        search.And("j.result = ", filter.Result is { } result ? EntryBody.Text(result) : null);
        search.And("j.request_id = ", filter.RequestId);
        if (filter.After is { } after)
        {
            search.Text(" AND (j.at, j.stream, j.seq) < (").Value(StoreTime.ToMicroseconds(after.At));
            search.Text(", ").Value(after.Stream.Value).Text(", ").Value(after.Seq).Text(")");
        }

        search.And("j.at >= ", StoreTime.ToMicroseconds(filter.From ?? DateTimeOffset.UnixEpoch));
        search.And("j.at < ", StoreTime.ToMicroseconds(filter.To ?? DateTimeOffset.MaxValue));
        search.Text(" ORDER BY j.at DESC, j.stream DESC, j.seq DESC LIMIT ").Value((long)filter.Limit);
        return search;
    }

    /// <summary>Hands out what is bound, in order.</summary>
    public void Bind(Action<string> text, Action<long> number)
    {
        foreach (var value in _values)
        {
            if (value is string given)
            {
                text(given);
            }
            else
            {
                number((long)value);
            }
        }
    }

    private void And(string condition, object? value)
    {
        if (value is not null)
        {
            Text(" AND ").Text(condition).Value(value);
        }
    }

    private EntrySearch Text(string sql)
    {
        _where.Append(sql);
        return this;
    }

    private EntrySearch Value(object value)
    {
        _values.Add(value);
        return Text(_parameter(_values.Count));
    }
}
