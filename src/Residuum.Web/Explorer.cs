using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Residuum.Web.Exploration;

namespace Residuum.Web;

/// <summary>
/// Serves the page on which a network is explored, to this machine alone: it listens on the loopback address, answers to no other name
/// than that, and asks nobody for anything. Dispose it to stop.
/// </summary>
public sealed class Explorer : IAsyncDisposable
{
    // A person looks at one page, perhaps in two windows.
    const int MostConnections = 64;

    readonly WebApplication _application;
    readonly Answerer _answerer;

    Explorer(WebApplication application, Answerer answerer, Uri address)
    {
        (_application, _answerer, Address) = (application, answerer, address);
    }

    /// <summary>Where the page is, such as <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri Address { get; }

    /// <summary>Starts to serve. Weights are loaded in the background.</summary>
    /// <param name="source">What to show.</param>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="ResiduumException">The network cannot be built, or the port is taken.</exception>
    public static async Task<Explorer> StartAsync(ExplorerSource source, int port = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var answerer = new Answerer(source, Room.Served);
        try
        {
            var prepared = Task.Run(answerer.Prepare, cancellation);
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
            {
                options.AddServerHeader = false;
                options.Limits.MaxRequestBodySize = source.Images.Limits.MaximumFileBytes;
                options.Limits.MaxConcurrentConnections = MostConnections;
                options.Listen(IPAddress.Loopback, port);
            });
            // Signals are the caller's business.
            builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
            var application = builder.Build();
            var server = new PageServer(answerer);
            application.Run(server.AnswerAsync);
            await application.StartAsync(cancellation).ConfigureAwait(false);
            await prepared.ConfigureAwait(false);
            var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
            return new Explorer(application, answerer, new Uri(addresses.Addresses.Single()));
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            answerer.Dispose();
            throw new ResiduumException($"The port {port} cannot be used: {exception.Message.TrimEnd('.')}; choose another, "
                + "or 0 for a free one.", exception);
        }
        catch
        {
            answerer.Dispose();
            throw;
        }
    }

    /// <summary>Stops to serve, waits for a computation that runs, and frees the model.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync().ConfigureAwait(false);
        _answerer.Dispose();
    }

    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
