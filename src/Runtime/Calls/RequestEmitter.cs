using System.Reflection;
using System.Reflection.Emit;

namespace Orleans.Runtime;

/// <summary>Generates the request class of one grain interface method.</summary>
internal static class RequestEmitter
{
    private const MethodAttributes Override =
        MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig | MethodAttributes.Final;

    private const string MethodField = "s_method";

    public static Type Generate(ModuleBuilder module, Type grainInterface, MethodInfo method, int index)
    {
        var result = GrainInterfaceShape.ResultOf(method);
        var parent = result is null ? typeof(VoidGrainRequest) : typeof(GrainRequest<>).MakeGenericType(result);
        var type = module.DefineType(
            $"{grainInterface.FullName}.{method.Name}#{index}", TypeAttributes.Public | TypeAttributes.Sealed, parent);
        type.DefineDefaultConstructor(MethodAttributes.Public);

        var fields = method.GetParameters()
            .Select((p, i) => type.DefineField($"a{i}", p.ParameterType, FieldAttributes.Public)).ToArray();
        var descriptor = type.DefineField(MethodField, typeof(GrainMethod), FieldAttributes.Public | FieldAttributes.Static);
        AddDescriptor(type, descriptor);
        AddInvoke(type, method, fields);
        AddToken(type, fields);
        AddCopy(type, fields);

        var created = type.CreateType();
        created.GetField(MethodField)!.SetValue(null, new GrainMethod(grainInterface, method));
        return created;
    }

    private static void AddDescriptor(TypeBuilder type, FieldBuilder descriptor)
    {
        var il = type.DefineMethod("get_Method", Override | MethodAttributes.SpecialName, typeof(GrainMethod), Type.EmptyTypes).GetILGenerator();
        il.Emit(OpCodes.Ldsfld, descriptor);
        il.Emit(OpCodes.Ret);
    }

    private static void AddInvoke(TypeBuilder type, MethodInfo method, FieldBuilder[] fields)
    {
        var il = type.DefineMethod(nameof(GrainRequest.Invoke), Override, typeof(Task), [typeof(Grain)]).GetILGenerator();
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Castclass, method.DeclaringType!);
        foreach (var field in fields)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, field);
        }

        il.Emit(OpCodes.Callvirt, method);
        if (method.ReturnType.IsValueType)
        {
            var local = il.DeclareLocal(method.ReturnType);
            il.Emit(OpCodes.Stloc, local);
            il.Emit(OpCodes.Ldloca, local);
            il.Emit(OpCodes.Call, method.ReturnType.GetMethod(nameof(ValueTask.AsTask))!);
        }

        il.Emit(OpCodes.Ret);
    }

    private static void AddToken(TypeBuilder type, FieldBuilder[] fields)
    {
        if (Array.Find(fields, f => f.FieldType == typeof(CancellationToken)) is not { } token)
        {
            return;
        }

        var il = type.DefineMethod("get_Token", Override | MethodAttributes.SpecialName, typeof(CancellationToken), Type.EmptyTypes).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, token);
        il.Emit(OpCodes.Ret);
    }

    private static void AddCopy(TypeBuilder type, FieldBuilder[] fields)
    {
        if (fields.Length == 0)
        {
            return;
        }

        var copy = typeof(IValueCopier).GetMethod(nameof(IValueCopier.Copy))!;
        var il = type.DefineMethod(nameof(GrainRequest.CopyArguments), Override, typeof(void), [typeof(IValueCopier)]).GetILGenerator();
        foreach (var field in fields)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, field);
            il.Emit(OpCodes.Callvirt, copy.MakeGenericMethod(field.FieldType));
            il.Emit(OpCodes.Stfld, field);
        }

        il.Emit(OpCodes.Ret);
    }
}
