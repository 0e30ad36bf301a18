namespace Orleans.Runtime;

/// <summary>A doubly linked list through the requests themselves: no allocation, removal from the middle in constant time.</summary>
internal struct RequestList
{
    public GrainRequest? First { get; private set; }

    private GrainRequest? _last;

    public int Count { get; private set; }

    public void Append(GrainRequest request)
    {
        request.Previous = _last;
        request.Next = null;
        if (_last is null)
        {
            First = request;
        }
        else
        {
            _last.Next = request;
        }

        _last = request;
        Count++;
    }

    public void Remove(GrainRequest request)
    {
        if (request.Previous is null)
        {
            First = request.Next;
        }
        else
        {
            request.Previous.Next = request.Next;
        }

        if (request.Next is null)
        {
            _last = request.Previous;
        }
        else
        {
            request.Next.Previous = request.Previous;
        }

        request.Previous = request.Next = null;
        Count--;
    }
}
