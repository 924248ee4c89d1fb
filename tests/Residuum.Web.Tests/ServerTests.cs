using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Residuum.Images;
using Residuum.Inspection;

namespace Residuum.Web.Tests;

/// <summary>What the page's server answers, to the page and to others.</summary>
public sealed class ServerTests : IClassFixture<SmallRun>, IAsyncLifetime, IDisposable
{
    readonly SmallRun _run;
    readonly HttpClient _client = new();
    Explorer _explorer = null!;

    public ServerTests(SmallRun run) => _run = run;

    public async Task InitializeAsync()
    {
        _explorer = await Explorer.StartAsync(_run.Source());
        _client.BaseAddress = _explorer.Address;
    }

    public Task DisposeAsync() => _explorer.DisposeAsync().AsTask();

    public void Dispose() => _client.Dispose();

    [Fact]
    public void It_listens_on_loopback_alone() => Assert.Equal("127.0.0.1", _explorer.Address.Host);

    [Fact]
    public async Task The_page_comes_with_a_policy_that_lets_it_load_nothing_from_elsewhere()
    {
        var response = await _client.GetAsync("/");
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'self'; img-src 'self' data:;", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Theory]
    [InlineData("main.js", "text/javascript")]
    [InlineData("style.css", "text/css")]
    public async Task The_files_of_the_page_are_there(string name, string type) =>
        Assert.Equal(type, (await _client.GetAsync($"/{name}")).Content.Headers.ContentType!.MediaType);

    [Fact]
    public async Task The_network_is_told_before_its_weights_are_there()
    {
        using var hold = new ManualResetEventSlim();
        var slow = _run.Source() with { Open = () => { hold.Wait(); return Model.Load(_run.ModelPath); } };
        await using var explorer = await Explorer.StartAsync(slow);
        var model = _client.GetAsync(new Uri(explorer.Address, "/api/model"));
        var network = await Json(await _client.GetAsync(new Uri(explorer.Address, "/api/network")));
        Assert.Equal("small", network.GetProperty("name").GetString());
        Assert.Equal(["stem", "stage1", "stage2", "head"],
            network.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("name").GetString()));
        Assert.False(model.IsCompleted);
        hold.Set();
        Assert.Equal(HttpStatusCode.OK, (await model).StatusCode);
    }

    [Fact]
    public async Task A_picture_is_classified_as_the_model_does_it_at_every_epoch()
    {
        var id = await Give(await File.ReadAllBytesAsync(_run.PicturePath));
        foreach (var (epoch, path) in new[] { ("", _run.ModelPath), ("&epoch=0", _run.Source().Snapshots[0].Path),
            ("&epoch=1", _run.Source().Snapshots[1].Path) })
        {
            using var model = Model.Load(path);
            var expected = model.Predict(_run.PicturePath);
            var classes = (await Ask($"classes?image={id}{epoch}")).GetProperty("classes").EnumerateArray().ToArray();
            Assert.Equal(expected.Select(each => each.Label), classes.Select(each => each.GetProperty("label").GetString()));
            Assert.Equal(expected.Select(each => each.Probability), classes.Select(each => each.GetProperty("probability").GetSingle()));
        }
    }

    [Fact]
    public async Task Maps_and_class_activation_maps_are_those_of_the_library()
    {
        var id = await Give(await File.ReadAllBytesAsync(_run.PicturePath));
        using var model = Model.Load(_run.ModelPath);
        var image = Png.Read(_run.PicturePath);
        var expected = ActivationMaps.Of(model, image, ["stage2.block1.relu2"]).Layers[0];
        var maps = await Ask($"maps?image={id}&layer=stage2");
        Assert.Equal(expected.Mean, maps.GetProperty("mean").GetDouble());
        Assert.Equal(expected.Maps.Select(map => map.Map),
            maps.GetProperty("maps").EnumerateArray().Select(map => map.GetProperty("map").GetInt32()));
        Assert.Equal(Address(expected.Picture(expected.Maps[0].Map)), maps.GetProperty("maps")[0].GetProperty("picture").GetString());
        var heat = await Ask($"heat?image={id}&class=2");
        Assert.Equal("cat", heat.GetProperty("label").GetString());
        Assert.Equal(Address(GradCam.Of(model, image, 2).Overlay()), heat.GetProperty("picture").GetString());
    }

    [Fact]
    public async Task Epochs_come_with_what_they_brought()
    {
        var epochs = (await Ask("network")).GetProperty("epochs").EnumerateArray().ToArray();
        Assert.Equal([0, 1], epochs.Select(each => each.GetProperty("epoch").GetInt32()));
        Assert.False(epochs[0].TryGetProperty("metrics", out _));
        Assert.Equal(0.375, epochs[1].GetProperty("metrics").GetProperty("validationTop1").GetDouble());
    }

    [Theory]
    [InlineData("residuum.example")]
    [InlineData("127.0.0.1.example:80")]
    [InlineData("192.168.1.1")]
    public async Task Another_name_that_leads_here_is_refused(string host)
    {
        foreach (var path in (string[])["/", "/api/network"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host;
            var response = await _client.SendAsync(request);
            Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
            Assert.Equal("This page answers to localhost and 127.0.0.1 only.", await Error(response));
        }
    }

    [Fact]
    public async Task A_picture_from_another_site_is_refused()
    {
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(_run.PicturePath));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/picture") { Content = content };
        request.Headers.Add("Origin", "https://residuum.example");
        var response = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("Pictures are taken from this page only.", await Error(response));
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused()
    {
        using var content = new ByteArrayContent(new byte[(32 << 20) + 1]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/picture?name=large.png") { Content = content };
        // The client waits for leave to send it all, and gets none.
        request.Headers.ExpectContinue = true;
        var response = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("The file is larger than 32 MB; make it smaller.", await Error(response));
    }

    [Theory]
    [InlineData("hello", "notes.txt is not an image in a format that is read here; convert it to PNG or JPEG.")]
    [InlineData("GIF89a.........", "notes.txt is a GIF file, which is not read here; convert it to PNG or JPEG.")]
    [InlineData("", "notes.txt is empty; it should hold an image.")]
    public async Task What_is_no_picture_is_refused(string text, string sentence)
    {
        var response = await Post(Encoding.ASCII.GetBytes(text), "notes.txt");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(sentence, await Error(response));
    }

    [Theory]
    [InlineData("classes?image=99", "That picture is no longer at hand; drop it again.")]
    [InlineData("classes", "That picture is no longer at hand; drop it again.")]
    [InlineData("classes?image=1&epoch=7", "The run kept no model of epoch 7; choose one of 0, 1.")]
    [InlineData("classes?image=1&epoch=x", "The member 'epoch' of the address is no number.")]
    [InlineData("maps?image=1&layer=stage9", "small has no layer 'stage9'; choose one of the list.")]
    [InlineData("maps?image=1&layer=stem.conv.weight", "small has no layer 'stem.conv.weight'; choose one of the list.")]
    [InlineData("filters?layer=%2e%2e%2fetc%2fpasswd", "small has no layer '../etc/passwd'; choose one of the list.")]
    [InlineData("heat?image=1&class=4", "small tells 4 classes apart, from 0 to 3; 4 is none of them.")]
    public async Task A_question_without_an_answer_gets_a_sentence(string question, string sentence)
    {
        Assert.Equal("1", await Give(await File.ReadAllBytesAsync(_run.PicturePath)));
        var response = await _client.GetAsync($"/api/{question}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(sentence, await Error(response));
    }

    [Theory]
    [InlineData("GET /../Residuum.dll")]
    [InlineData("GET /%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("GET //etc/passwd")]
    [InlineData("GET /api/../style.css%00")]
    [InlineData("GET /Page/main.js")]
    [InlineData("GET /api/")]
    [InlineData("GET /api/network/x")]
    [InlineData("GET /index.html/")]
    public async Task Nothing_else_is_found(string line)
    {
        // A client would tidy the path up.
        var answer = await Raw($"{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        Assert.Matches("^HTTP/1.1 (404|400) ", answer);
        Assert.DoesNotContain("import ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_without_a_name_is_refused() =>
        Assert.StartsWith("HTTP/1.1 421 ", await Raw("GET / HTTP/1.0\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public async Task Models_are_read_only()
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch])
            Assert.Equal(HttpStatusCode.MethodNotAllowed,
                (await _client.SendAsync(new HttpRequestMessage(method, "/api/model"))).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _client.PostAsync("/api/network", null)).StatusCode);
    }

    [Fact]
    public async Task Only_the_last_pictures_are_kept()
    {
        var file = await File.ReadAllBytesAsync(_run.PicturePath);
        var ids = new List<string>();
        for (var i = 0; i < 5; i++) ids.Add(await Give(file));
        Assert.Equal(HttpStatusCode.BadRequest, (await _client.GetAsync($"/api/maps?layer=stem&image={ids[0]}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync($"/api/maps?layer=stem&image={ids[4]}")).StatusCode);
    }

    [Fact]
    public async Task A_model_that_cannot_be_opened_is_told_to_all_who_ask()
    {
        await using var explorer = await Explorer.StartAsync(
            _run.Source() with { Open = () => throw new ResiduumException("The weights are gone.") });
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(new Uri(explorer.Address, "/api/network"))).StatusCode);
        for (var i = 0; i < 2; i++) Assert.Equal("The weights are gone.",
            await Error(await _client.GetAsync(new Uri(explorer.Address, "/api/model"))));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told()
    {
        var exception = await Assert.ThrowsAsync<ResiduumException>(() => Explorer.StartAsync(_run.Source(), _explorer.Address.Port));
        Assert.StartsWith($"The port {_explorer.Address.Port} cannot be used: ", exception.Message, StringComparison.Ordinal);
    }

    static string Address(RgbImage image)
    {
        using var stream = new MemoryStream();
        Png.Encode(stream, image);
        return $"data:image/png;base64,{Convert.ToBase64String(stream.ToArray())}";
    }

    async Task<string> Give(byte[] file) => (await Json(await Post(file))).GetProperty("id").GetString()!;

    Task<HttpResponseMessage> Post(byte[] file, string name = "picture.png")
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return _client.PostAsync($"/api/picture?name={name}", content);
    }

    async Task<JsonElement> Ask(string question) => await Json(await _client.GetAsync($"/api/{question}"));

    async Task<string> Raw(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_explorer.Address.Host, _explorer.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    static async Task<JsonElement> Json(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    static async Task<string?> Error(HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.GetProperty("error").GetString();
    }
}
