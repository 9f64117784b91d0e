using System.Diagnostics;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>The source of <c>dummy</c> without a number: pattern bytes until a time has passed since the first of them.</summary>
internal sealed class TimedPattern(TimeSpan limit) : IObjectKind
{
    public ISource OpenSource(OpenContext at) => new Source(limit);

    public ISink OpenSink(OpenContext at) => PlainObjects.Instance.OpenSink(at);

    private sealed class Source(TimeSpan limit) : IStreamSource
    {
        private volatile bool _isOver;
        private long _started;
        private long _position;

        public long Size => -1;

        public int Mode => Terms.NoMode;

        public int Read(Span<byte> buffer)
        {
            _started = _started == 0 ? Stopwatch.GetTimestamp() : _started;
            if (_isOver || Stopwatch.GetElapsedTime(_started) >= limit)
            {
                return 0;
            }

            Pattern.Fill(buffer, _position);
            _position += buffer.Length;
            return buffer.Length;
        }

        public bool HasMore() => true;

        public void Finish()
        {
            // Nothing can fail.
        }

        public void Abort() => _isOver = true;

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
