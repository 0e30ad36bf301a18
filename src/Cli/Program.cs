using System.CommandLine;
using Palisade.Cli.Admin;

return await new RootCommand("Palisade") { AdminCommands.Create() }.Parse(args).InvokeAsync();
