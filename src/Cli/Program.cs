using System.CommandLine;
using Palisade.Cli.Admin;
using Palisade.Cli.Audit;

return await new RootCommand("Palisade") { AdminCommands.Create(), AuditCommands.Create() }
    .Parse(args)
    .InvokeAsync();
