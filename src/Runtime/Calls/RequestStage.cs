namespace Orleans.Runtime;

internal enum RequestStage : byte
{
    New,
    Waiting,
    Running,
    Done,
}
