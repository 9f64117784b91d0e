namespace Pipe.Engine;

/// <summary>A sink that can say what it has already.</summary>
internal interface IInventoried
{
    /// <param name="names">What the sender calls what it begins with.</param>
    InventoryTaker Inventory(string[] names);
}
