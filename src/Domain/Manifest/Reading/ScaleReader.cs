using System.Collections.Immutable;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest.Reading;

/// <summary>Reads <c>scale:</c>: a number, a range, or a map.</summary>
internal static class ScaleReader
{
    public const int MaxCount = 1_000;

    /// <summary>Thousandths of a CPU: 192 CPUs, the largest Fargate or common host there is.</summary>
    public const int MaxCpu = 192_000;

    /// <summary>MiB: 1.5 TiB.</summary>
    public const int MaxMemory = 1_572_864;

    private const string CountForm = "use a number from 0 to 1000 or a range such as 1-3";

    public static ScaleSpec Read(MapReader map)
    {
        if (map.Take("scale") is not { } item)
        {
            return Spec((1, 1), null, null, null, null, null, null);
        }

        if (item is not YamlMap entries)
        {
            return Spec(Count(map, item, map.PathOf("scale")), null, null, null, null, null, null);
        }

        var child = new MapReader(map.Reading, map.Source, map.PathOf("scale"), entries);
        var count = child.Take("count") is { } written ? Count(child, written, child.PathOf("count")) : (1, 1);
        var (cpu, memory) = (Size(child, "cpu", MaxCpu), Size(child, "memory", MaxMemory));
        var limit = child.Child("limit");
        var (cpuLimit, memoryLimit) = limit is null
            ? (null, null)
            : (Size(limit, "cpu", MaxCpu), Size(limit, "memory", MaxMemory));
        limit?.Finish();
        var spec = Spec(count, cpu, memory, cpuLimit, memoryLimit, Gpu(child), Targets(child));
        child.Newer("min", "max", "autoscale", "keda", "vpa");
        child.Older("cooldown");
        child.Finish();
        if (limit is not null)
        {
            CheckLimit(limit, "cpu", spec.CpuLimitMillis, spec.CpuMillis);
            CheckLimit(limit, "memory", spec.MemoryLimitMiB, spec.MemoryMiB);
        }

        return spec;
    }

    private static ScaleSpec Spec(
        (int Min, int Max) count,
        int? cpu,
        int? memory,
        int? cpuLimit,
        int? memoryLimit,
        GpuSpec? gpu,
        ScaleTargets? targets
    ) =>
        new()
        {
            Min = count.Min,
            Max = count.Max,
            CpuMillis = cpu ?? (gpu is null ? cpuLimit ?? 256 : 0),
            MemoryMiB = memory ?? (gpu is null ? memoryLimit ?? 512 : 0),
            CpuLimitMillis = cpuLimit,
            MemoryLimitMiB = memoryLimit,
            Gpu = gpu,
            Targets = targets,
        };

    // Zero counts as unset.
    private static int? Size(MapReader map, string key, int max) =>
        map.Whole(key, 0, max) is > 0 and var size ? size : null;

    private static void CheckLimit(MapReader limit, string key, int? most, int asked)
    {
        if (most < asked)
        {
            // The numbers may be interpolated, so they are not repeated.
            limit.Refuse(
                limit.Map.Key(key)!,
                limit.PathOf(key),
                $"the limit is below the request of scale.{key}",
                "raise the limit or lower the request"
            );
        }
    }

    private static (int Min, int Max) Count(MapReader map, YamlItem item, string key)
    {
        (int Min, int Max)? count = null;
        if (item is YamlMap entries)
        {
            var child = new MapReader(map.Reading, map.Source, key, entries);
            var min = child.Whole("min", 0, MaxCount) ?? 1;
            count = (min, child.Whole("max", 0, MaxCount) ?? Math.Max(1, min));
            child.Finish();
        }
        else if (item is YamlScalar scalar)
        {
            var cut = scalar.Value.IndexOf('-', StringComparison.Ordinal);
            var ok = YamlValues.TryWhole(cut < 0 ? scalar.Value : scalar.Value[..cut], out var min);
            ok &= YamlValues.TryWhole(cut < 0 ? scalar.Value : scalar.Value[(cut + 1)..], out var max);
            count = ok && min >= 0 && max is >= 0 and <= MaxCount ? (min, max) : null;
        }

        if (count is null)
        {
            map.Refuse(item, key, $"not a number of processes: {map.Show(item)}", CountForm);
            return (1, 1);
        }

        if (count.Value.Min > count.Value.Max)
        {
            map.Refuse(item, key, "the fewest are more than the most", CountForm);
            return (1, 1);
        }

        return count.Value;
    }

    private static GpuSpec? Gpu(MapReader map)
    {
        switch (map.Take("gpu"))
        {
            case null:
                return null;
            case YamlMap entries:
                var child = new MapReader(map.Reading, map.Source, map.PathOf("gpu"), entries);
                var count = child.Whole("count", 0, 64) ?? 0;
                var vendor = child.Text("vendor") ?? "nvidia";
                if (!ManifestGrammar.IsWord(vendor))
                {
                    child.Refuse(
                        child.Map["vendor"]!,
                        child.PathOf("vendor"),
                        "not a vendor's name",
                        "write nvidia or amd"
                    );
                }

                child.Finish();
                return count == 0 ? null : new(count, vendor);
            case var item:
                return map.Whole(item, map.PathOf("gpu"), 0, 64, "a number of GPUs") is > 0 and var number
                    ? new(number, "nvidia")
                    : null;
        }
    }

    private static ScaleTargets? Targets(MapReader map)
    {
        if (map.Child("targets") is not { } child)
        {
            return null;
        }

        var custom = ImmutableArray.CreateBuilder<CustomTarget>();
        foreach (var (name, path, _, value) in child.Entries("custom", ManifestLimits.Entries))
        {
            if (child.Child(value, path) is { } target)
            {
                custom.Add(
                    new(name, target.Text("aggregate") ?? "", target.Text("value") ?? "", target.Texts("dimensions"))
                );
                target.Finish();
            }
        }

        var external = ImmutableArray.CreateBuilder<ExternalTarget>();
        foreach (var item in child.Items("external"))
        {
            if (child.Child(item, child.PathOf("external")) is { } target)
            {
                external.Add(
                    new(
                        target.Text("name") ?? "",
                        target.Text("averageValue"),
                        target.Text("value"),
                        target.Texts("matchLabels")
                    )
                );
                target.Finish();
            }
        }

        var spec = new ScaleTargets
        {
            Cpu = child.Whole("cpu", 0, 1_000),
            Memory = child.Whole("memory", 0, 1_000),
            Requests = child.Whole("requests", 0, int.MaxValue),
            Custom = custom.ToImmutable(),
            External = external.ToImmutable(),
        };
        child.Finish();
        return spec;
    }
}
