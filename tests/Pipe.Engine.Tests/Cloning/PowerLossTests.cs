
namespace Pipe.Engine.Tests;

/// <summary>
/// Thousands of clones under random requests, each ended by a power loss or a kill in the middle of some call. Afterwards all flushed data
/// are there, each other written sector is old or new, and the rest is the source.
/// </summary>
public sealed class PowerLossTests
{
    private const int Regions = 24;
    private const int Region = 4096;
    private const int Sector = SimulatedDisk.Sector;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_flushed_survives(bool isPowerLoss)
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            using var life = new Life(seed, isPowerLoss);
            life.Live();
        }
    }

    /// <summary>One clone, over several starts.</summary>
    private sealed class Life : IDisposable
    {
        private readonly int _seed;
        private readonly bool _isPowerLoss;
        private readonly Random _random;
        private readonly byte[] _source;
        private readonly CloneGeometry _geometry;
        private SimulatedDisk _disk;
        private SimulatedDisk _metadata;

        /// <summary>For each sector the contents that it may have; null among them: anything, after a discard.</summary>
        private readonly List<byte[]?>[] _possible;
        private int _left;

        public Life(int seed, bool isPowerLoss)
        {
            (_seed, _isPowerLoss, _random) = (seed, isPowerLoss, new Random(seed));
            _geometry = new CloneGeometry(Regions * Region - (seed % 2 == 0 ? 0 : 1536), Region);
            _source = new byte[_geometry.Size];
            _random.NextBytes(_source);
            _disk = new SimulatedDisk("destination", _geometry.Size);
            _metadata = new SimulatedDisk("metadata", CloneMetadata.SizeOf(_geometry.Regions));
            _possible = [.. Enumerable.Range(0, (int)(_geometry.Size / Sector)).Select(sector => new List<byte[]?> { _source.AsSpan(sector * Sector, Sector).ToArray() })];
        }

        public void Live()
        {
            for (var start = 0; start < 3; start++)
            {
                Run();
                _disk = _isPowerLoss ? _disk.AfterPowerLoss(_random) : _disk.AfterKill();
                _metadata = _isPowerLoss ? _metadata.AfterPowerLoss(_random) : _metadata.AfterKill();
                Compare();
            }
        }

        public void Dispose()
        {
            _disk.Dispose();
            _metadata.Dispose();
        }

        private SimulatedSource NewSource() => new(_source) { Piece = _seed % 3 == 0 ? 1536 : 1 << 20 };

        private void Run()
        {
            CloneBench bench;
            try
            {
                bench = new CloneBench(NewSource(), _disk, _metadata, _geometry);
            }
            catch (PowerFailed)
            {
                return;
            }

            using var _ = bench;
            _left = _random.Next(120);
            _disk.Before = _metadata.Before = () =>
            {
                if (_left-- <= 0)
                {
                    throw new PowerFailed();
                }
            };
            try
            {
                for (var request = 0; request < 60; request++)
                {
                    Request(bench);
                }
            }
            catch (PowerFailed)
            {
                // The end of this start.
            }
            finally
            {
                _disk.Before = _metadata.Before = static () => { };
            }
        }

        private void Request(CloneBench bench)
        {
            var first = _random.Next(_possible.Length);
            var count = Math.Min(_possible.Length - first, _random.Next(4) == 0 ? 24 : 1 + _random.Next(9));
            switch (_random.Next(10))
            {
                case < 4:
                    Write(bench, first, count);
                    break;
                case 4:
                    Zero(bench, first, count);
                    break;
                case 5:
                    Discard(bench, first, count);
                    break;
                case 6:
                    Flush(bench);
                    break;
                case 7:
                    bench.Terms.Threshold = 1 + _random.Next(3);
                    bench.Terms.IsThresholdSet = true;
                    bench.Sweep.Step(0);
                    break;
                default:
                    Check(bench.Read((long)first * Sector, count * Sector), first, isRead: true);
                    break;
            }
        }

        private void Write(CloneBench bench, int first, int count)
        {
            var bytes = new byte[count * Sector];
            _random.NextBytes(bytes);
            for (var i = 0; i < count; i++)
            {
                _possible[first + i].Add(bytes.AsSpan(i * Sector, Sector).ToArray());
            }

            bench.Clone.Write(bytes, (long)first * Sector);
        }

        private void Zero(CloneBench bench, int first, int count)
        {
            for (var i = 0; i < count; i++)
            {
                _possible[first + i].Add(new byte[Sector]);
            }

            bench.Clone.Zero((long)first * Sector, (long)count * Sector, keepsSpace: false, isFast: false);
        }

        private void Discard(CloneBench bench, int first, int count)
        {
            var (from, to) = (_geometry.FirstInside((long)first * Sector), _geometry.EndInside((long)(first + count) * Sector));
            for (var sector = from * Region / Sector; sector < Math.Min(_possible.Length, to * Region / Sector); sector++)
            {
                _possible[sector].Add(null);
            }

            bench.Clone.Discard((long)first * Sector, (long)count * Sector);
        }

        /// <summary>From here on only the newest content is possible.</summary>
        private void Flush(CloneBench bench)
        {
            bench.Clone.Flush();
            foreach (var sector in _possible)
            {
                sector.RemoveRange(0, sector.Count - 1);
            }
        }

        /// <summary>A read sees the newest content; after a crash any that is possible, which then is the one.</summary>
        private void Check(byte[] bytes, int first, bool isRead)
        {
            for (var i = 0; i < bytes.Length / Sector; i++)
            {
                var (possible, found) = (_possible[first + i], bytes.AsSpan(i * Sector, Sector).ToArray());
                var isRight = isRead
                    ? possible[^1] is not { } newest || newest.AsSpan().SequenceEqual(found)
                    : possible.Any(one => one is null || one.AsSpan().SequenceEqual(found));
                Assert.True(isRight, $"seed {_seed}: sector {first + i} {(isRead ? "read" : "after the crash")}");
            }
        }

        private void Compare()
        {
            using var bench = new CloneBench(NewSource(), _disk, _metadata, _geometry);
            var bytes = bench.Read(0, (int)_geometry.Size);
            Check(bytes, 0, isRead: false);
            bench.Clone.Flush();
            for (var sector = 0; sector < _possible.Length; sector++)
            {
                _possible[sector] = [bytes.AsSpan(sector * Sector, Sector).ToArray()];
            }
        }
    }

    private sealed class PowerFailed : Exception;
}
