using System.Numerics;

namespace Pipe.Protocol.Datagrams;

/// <summary>
/// The datagrams in flight, by number: a ring with one bit for "in flight" and one for "declared lost, may still arrive". Acknowledged ones are
/// removed. The ring grows as the path requires, up to <see cref="DatagramLimits.MaxInFlight"/>.
/// </summary>
internal sealed class SentDatagrams
{
    private SentDatagram[] _ring = new SentDatagram[1024];
    private ulong[] _inFlight = new ulong[1024 / 64];
    private ulong[] _lost = new ulong[1024 / 64];

    /// <summary>All lower numbers are settled.</summary>
    public ulong Base { get; private set; }

    /// <summary>The number after the highest one sent.</summary>
    public ulong Next { get; private set; }

    public int CountInFlight { get; private set; }

    public long BytesInFlight { get; private set; }

    public bool IsFull => Next - Base >= DatagramLimits.MaxInFlight - DatagramLimits.MaxBatch;

    public ref SentDatagram this[ulong number] => ref _ring[number & (ulong)(_ring.Length - 1)];

    /// <summary>Adds a record for the number, which is now in flight. Skips the numbers in between, which belong to untracked datagrams.</summary>
    public ref SentDatagram Add(ulong number, int size)
    {
        while (number - Base >= (ulong)_ring.Length)
        {
            Grow();
        }

        Next = number + 1;
        Set(_inFlight, number);
        CountInFlight++;
        BytesInFlight += size;
        ref var sent = ref this[number];
        sent = default;
        sent.Size = size;
        return ref sent;
    }

    public bool IsLost(ulong number) => number >= Base && number < Next && Has(_lost, number);

    public void Acknowledge(ulong number)
    {
        if (Has(_inFlight, number))
        {
            Leave(number);
        }

        Clear(_lost, number);
    }

    public void DeclareLost(ulong number)
    {
        Leave(number);
        Set(_lost, number);
    }

    public void ForgetLost(ulong number) => Clear(_lost, number);

    /// <summary>Moves the base past all settled numbers.</summary>
    public void Settle()
    {
        while (Base < Next)
        {
            var word = (int)((Base & (ulong)(_ring.Length - 1)) / 64);
            var open = (_inFlight[word] | _lost[word]) >> (int)(Base % 64);
            if (open != 0)
            {
                Base = Math.Min(Base + (ulong)BitOperations.TrailingZeroCount(open), Next);
                return;
            }

            Base = Math.Min((Base | 63) + 1, Next);
        }
    }

    /// <summary>Finds the lowest number in flight in the range; false if there is none.</summary>
    public bool TryNextInFlight(ulong from, ulong end, out ulong number) => TryNext(_inFlight, null, from, end, out number);

    /// <summary>The same for numbers in flight or lost.</summary>
    public bool TryNextOpen(ulong from, ulong end, out ulong number) => TryNext(_inFlight, _lost, from, end, out number);

    private bool TryNext(ulong[] bits, ulong[]? more, ulong from, ulong end, out ulong number)
    {
        number = Math.Max(from, Base);
        end = Math.Min(end, Next);
        while (number < end)
        {
            var word = (int)((number & (ulong)(_ring.Length - 1)) / 64);
            var open = (bits[word] | (more is null ? 0 : more[word])) >> (int)(number % 64);
            if (open != 0)
            {
                number += (ulong)BitOperations.TrailingZeroCount(open);
                return number < end;
            }

            number = (number | 63) + 1;
        }

        return false;
    }

    private void Leave(ulong number)
    {
        Clear(_inFlight, number);
        CountInFlight--;
        BytesInFlight -= this[number].Size;
    }

    private void Grow()
    {
        var (ring, inFlight, lost) = (new SentDatagram[_ring.Length * 2], new ulong[_ring.Length / 32], new ulong[_ring.Length / 32]);
        for (var number = Base; number < Next; number++)
        {
            var at = number & (ulong)(ring.Length - 1);
            ring[at] = this[number];
            inFlight[at / 64] |= (Has(_inFlight, number) ? 1UL : 0) << (int)(at % 64);
            lost[at / 64] |= (Has(_lost, number) ? 1UL : 0) << (int)(at % 64);
        }

        (_ring, _inFlight, _lost) = (ring, inFlight, lost);
    }

    private bool Has(ulong[] bits, ulong number) => (bits[Word(number)] >> (int)(number % 64) & 1) != 0;

    private void Set(ulong[] bits, ulong number) => bits[Word(number)] |= 1UL << (int)(number % 64);

    private void Clear(ulong[] bits, ulong number) => bits[Word(number)] &= ~(1UL << (int)(number % 64));

    private int Word(ulong number) => (int)((number & (ulong)(_ring.Length - 1)) / 64);
}
