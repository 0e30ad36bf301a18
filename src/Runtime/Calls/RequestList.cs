namespace Orleans.Runtime;

/// <summary>A doubly linked list through the requests themselves: no allocation, removal from the middle in constant time.</summary>
internal struct RequestList
{
    public GrainRequest? First { get; private set; }

    public GrainRequest? Last { get; private set; }

    public int Count { get; private set; }

    public void Append(GrainRequest request)
    {
        request.Previous = Last;
        request.Next = null;
        if (Last is null)
        {
            First = request;
        }
        else
        {
            Last.Next = request;
        }

        Last = request;
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
            Last = request.Previous;
        }
        else
        {
            request.Next.Previous = request.Previous;
        }

        request.Previous = request.Next = null;
        Count--;
    }
}
