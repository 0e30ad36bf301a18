using Palisade.Web.Hosting;

return await PalisadeServer.RunAsync(args);
