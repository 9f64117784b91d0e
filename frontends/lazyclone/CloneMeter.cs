using System.Diagnostics;
using System.Runtime.InteropServices;
using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Lazyclone;

/// <summary>Draws the progress of hydration on the terminal, once a second, until the clone is hydrated or ends.</summary>
internal sealed class CloneMeter : IDisposable
{
    private const int Margin = 3;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Messages _messages;
    private readonly CloneService _service;
    private readonly string _name;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Speed _speed = new();
    private readonly Timer _timer;
    private readonly PosixSignalRegistration _continued;
    private readonly Lock _lock = new();
    private bool _isOver;

    private CloneMeter(Messages messages, CloneService service, string name)
    {
        (_messages, _service, _name) = (messages, service, MeterLine.Leaf(name));
        _continued = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => messages.ForgetDrawing());
        _timer = new Timer(_ => Draw(), null, Second, Second);
    }

    /// <summary>Starts the meter; null if it is not wanted, or standard error is not a terminal.</summary>
    public static CloneMeter? Of(CloneInvocation invocation, Messages messages, CloneService service) =>
        invocation.Progress && messages.Verbosity >= 0 && Terminal.IsErrorTerminal ? new CloneMeter(messages, service, invocation.Setup.Destination) : null;

    public void Dispose()
    {
        _timer.Dispose();
        _continued.Dispose();
        lock (_lock)
        {
            Finish();
        }
    }

    private void Draw()
    {
        lock (_lock)
        {
            if (_isOver || !Terminal.IsForeground())
            {
                return;
            }

            var figures = _service.Figures;
            var bytes = Math.Min(figures.Geometry.Size, figures.Hydrated * figures.Geometry.Region);
            _speed.Sample(_clock.Elapsed, bytes);
            var columns = Terminal.ErrorSize().Columns;
            _messages.Draw([], [MeterLine.Running(_name, bytes, figures.Geometry.Size, _speed, _clock.Elapsed, columns - Margin)], columns);
            if (figures.Hydrated == figures.Geometry.Regions)
            {
                Finish();
            }
        }
    }

    private void Finish()
    {
        if (!_isOver)
        {
            _isOver = true;
            _messages.EndDrawing();
        }
    }
}
