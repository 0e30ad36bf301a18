using Palisade.Domain.Kernel;

namespace Palisade.Web.Nodes;

/// <summary>A call to another node that failed, or that it ended with a problem.</summary>
internal sealed class NodeCallException(Problem problem, Exception? cause = null) : Exception(problem.Text, cause)
{
    public Problem Problem => problem;
}
