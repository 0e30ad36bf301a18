using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Orleans.Runtime;

/// <summary>
/// Generates, once per grain interface and process, the reference class and one request class per method. A call then costs the request,
/// its promise and no reflection.
/// </summary>
internal static class ReferenceEmitter
{
    private static readonly ConcurrentDictionary<Type, Lazy<Func<GrainReference>>> Factories = new();
    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Opened = [];
    private static readonly AssemblyBuilder Assembly =
        AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Palisade.Runtime.References"), AssemblyBuilderAccess.Run);
    private static readonly ModuleBuilder Module = Assembly.DefineDynamicModule("References");

    /// <summary>A factory of references for this interface.</summary>
    public static Func<GrainReference> For(Type grainInterface) =>
        Factories.GetOrAdd(grainInterface, static type => new Lazy<Func<GrainReference>>(() => Generate(type))).Value;

    private static Func<GrainReference> Generate(Type grainInterface)
    {
        lock (Gate)
        {
            Open(grainInterface.Assembly);
            Open(typeof(ReferenceEmitter).Assembly);
            var name = $"{grainInterface.FullName}.Reference";
            var reference = Module.DefineType(name, TypeAttributes.Public | TypeAttributes.Sealed, typeof(GrainReference), [grainInterface]);
            reference.DefineDefaultConstructor(MethodAttributes.Public);
            foreach (var (method, index) in GrainInterfaceShape.MethodsOf(grainInterface).Select((m, i) => (m, i)))
            {
                OpenTypesOf(method);
                var request = RequestEmitter.Generate(Module, grainInterface, method, index);
                AddMethod(reference, method, request);
            }

            var create = new DynamicMethod("Create", typeof(GrainReference), Type.EmptyTypes, typeof(ReferenceEmitter), skipVisibility: true);
            var il = create.GetILGenerator();
            il.Emit(OpCodes.Newobj, reference.CreateType().GetConstructor(Type.EmptyTypes)!);
            il.Emit(OpCodes.Ret);
            return create.CreateDelegate<Func<GrainReference>>();
        }
    }

    // Grain interfaces and their argument types may be internal to their assembly.
    private static void Open(Assembly assembly)
    {
        if (Opened.Add(assembly.GetName().Name!))
        {
            Assembly.SetCustomAttribute(new CustomAttributeBuilder(
                typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!, [assembly.GetName().Name!]));
        }
    }

    private static void OpenTypesOf(MethodInfo method)
    {
        foreach (var type in method.GetParameters().Select(p => p.ParameterType).Append(method.ReturnType).Append(method.DeclaringType!))
        {
            OpenType(type);
        }

        static void OpenType(Type type)
        {
            if (type.HasElementType)
            {
                OpenType(type.GetElementType()!);
                return;
            }

            Open(type.Assembly);
            foreach (var argument in type.GetGenericArguments())
            {
                OpenType(argument);
            }
        }
    }

    private static void AddMethod(TypeBuilder reference, MethodInfo method, Type request)
    {
        var parameters = method.GetParameters().Select(p => p.ParameterType).ToArray();
        var implementation = reference.DefineMethod(
            $"{method.DeclaringType!.FullName}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
            method.ReturnType,
            parameters);
        var il = implementation.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Newobj, request.GetConstructor(Type.EmptyTypes)!);
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldarg, checked((short)(i + 1)));
            il.Emit(OpCodes.Stfld, request.GetField($"a{i}")!);
        }

        var result = GrainInterfaceShape.ResultOf(method);
        var send = typeof(GrainReference).GetMethods()
            .Single(m => m.Name == nameof(GrainReference.Send) && m.IsGenericMethodDefinition == (result is not null));
        il.Emit(OpCodes.Call, result is null ? send : send.MakeGenericMethod(result));
        if (method.ReturnType.IsValueType)
        {
            var task = result is null ? typeof(Task) : typeof(Task<>).MakeGenericType(result);
            il.Emit(OpCodes.Newobj, method.ReturnType.GetConstructor([task])!);
        }

        il.Emit(OpCodes.Ret);
        reference.DefineMethodOverride(implementation, method);
    }
}
