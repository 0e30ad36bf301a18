using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Palisade.Domain.Kernel;
using Palisade.Web.Api;

namespace Palisade.Web.Console;

/// <summary>
/// The OpenAPI description of the console API, made from its routes when it is first asked for. It is public, as the
/// source is.
/// </summary>
internal static class OpenApiDocument
{
    public const string Path = ConsoleApi.Prefix + "/openapi.json";

    private const string Name = "v1";
    private const string Scheme = "bearer";

    public static IServiceCollection AddConsoleDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => ConsoleJson.Apply(json.SerializerOptions));
        return services.AddOpenApi(
            Name,
            options =>
            {
                options.ShouldInclude = description =>
                    $"/{description.RelativePath}".StartsWith(ConsoleApi.Prefix + "/", StringComparison.Ordinal);
                options.AddDocumentTransformer(DescribeAsync);
                options.AddOperationTransformer(DescribeAsync);
            }
        );
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapOpenApi(Path).WithMetadata(new OpenToAll());

    private static Task DescribeAsync(
        Microsoft.OpenApi.OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        document.Info = new OpenApiInfo { Title = "Palisade console API", Version = Name };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = Scheme,
                Description = "A CLI token (plt_…).",
            },
        };
        return Task.CompletedTask;
    }

    private static async Task DescribeAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var access = metadata.OfType<OperationMetadata>().Single();
        var documentation = metadata.OfType<ConsoleDocumentation>().Single();
        operation.Summary = documentation.Summary;
        operation.Description = $"Operation: {string.Join(", ", access.Operations.Select(o => o.Name))}.";
        operation.Parameters =
        [
            .. PathParameters(context.Description.RelativePath ?? ""),
            .. documentation.Query.Select(q => Parameter(q.Name, ParameterLocation.Query, q.Description)),
            .. context.Description.HttpMethod is "GET" ? [] : (IOpenApiParameter[])[Idempotency],
        ];
        var problem = await context.GetOrCreateSchemaAsync(typeof(ProblemJson), null, cancellationToken);
        operation.Responses ??= [];
        operation.Responses["4XX"] = new OpenApiResponse
        {
            Description = "A refusal that says what to do.",
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [ProblemJson.ContentType] = new() { Schema = problem },
            },
        };
        if (!access.Anonymous)
        {
            operation.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] },
            ];
        }
    }

    private static OpenApiParameter Idempotency =>
        new()
        {
            Name = IdempotencyHeader.Name,
            In = ParameterLocation.Header,
            Description =
                "Sent again under the same key within 24 hours, the request has no second effect and the same answer; "
                + "an answer that held a secret is not repeated (409 idempotency.secret). A random UUID is best.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = IdempotencyKey.MaxLength },
        };

    private static IEnumerable<IOpenApiParameter> PathParameters(string path) =>
        path.Split('/')
            .Where(s => s.StartsWith('{'))
            .Select(s => Parameter(s.Trim('{', '}', '*'), ParameterLocation.Path, null));

    private static OpenApiParameter Parameter(string name, ParameterLocation location, string? description) =>
        new()
        {
            Name = name,
            In = location,
            Required = location == ParameterLocation.Path,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };
}
