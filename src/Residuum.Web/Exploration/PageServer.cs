using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Residuum.Web.Exploration;

/// <summary>
/// Answers requests: the page's files, questions under <c>/api</c>, and pictures that are posted. Errors are JSON with one sentence. Only
/// requests to a loopback name are answered, so that no other site's name that is made to lead here reads anything.
/// </summary>
sealed class PageServer(Answerer answerer)
{
    // Nothing from elsewhere is loaded or run, and nobody may frame the page.
    const string Policy = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors "
        + "'none'; object-src 'none'";
    const string Json = "application/json; charset=utf-8";
    const string QuestionPath = "/api/";
    const string PicturePath = "/api/picture";
    const int MostLetters = 200;

    public async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers.CacheControl = "no-store";
        try
        {
            var (status, type, content) = await AnswerAsync(request).ConfigureAwait(false);
            await SendAsync(response, status, type, content, HttpMethods.IsHead(request.Method)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for this answer any more.
        }
        catch (Exception exception) when (!response.HasStarted)
        {
            var (status, sentence) = Explain(exception);
            await SendAsync(response, status, Json, AnswersJson.Write(new ErrorAnswer(sentence)), HttpMethods.IsHead(request.Method))
                .ConfigureAwait(false);
        }
    }

    async Task<(int Status, string Type, byte[] Content)> AnswerAsync(HttpRequest request)
    {
        if (!IsLoopback(request.Host.Host))
            throw new Refused(StatusCodes.Status421MisdirectedRequest, "This page answers to localhost and 127.0.0.1 only.");
        var path = request.Path.Value ?? "";
        if (HttpMethods.IsPost(request.Method) && path == PicturePath)
        {
            CheckOrigin(request);
            var file = await ReadAsync(request).ConfigureAwait(false);
            return (StatusCodes.Status200OK, Json, await Task.Run(() => answerer.Add(file, NameOf(request))).ConfigureAwait(false));
        }
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            throw new Refused(StatusCodes.Status405MethodNotAllowed, $"{request.Method} is not answered here.");
        if (PageFiles.All.TryGetValue(path == "/" ? "index.html" : path.TrimStart('/'), out var page) && path.IndexOf('/', 1) < 0)
            return (StatusCodes.Status200OK, page.Type, page.Content);
        if (path.StartsWith(QuestionPath, StringComparison.Ordinal) && Question.Subjects.Contains(path[QuestionPath.Length..]))
        {
            var question = QuestionOf(path[QuestionPath.Length..], request.Query);
            var aborted = request.HttpContext.RequestAborted;
            return (StatusCodes.Status200OK, Json, await Task.Run(() => answerer.Answer(question, aborted), aborted).ConfigureAwait(false));
        }
        throw new Refused(StatusCodes.Status404NotFound, "There is nothing at this address.");
    }

    static Question QuestionOf(string subject, IQueryCollection query)
    {
        string? Text(string name) => query.TryGetValue(name, out var values) && values.Count > 0
            && values[0] is { Length: > 0 and <= MostLetters } text ? text : null;
        int? Number(string name) => Text(name) is not { } text ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new Refused(StatusCodes.Status400BadRequest, $"The member '{name}' of the address is no number.");
        return new Question(subject, Text("layer"), Number("epoch"), Text("image"), Number("class"));
    }

    // The length is checked by the server before and while the body is read.
    static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content, request.HttpContext.RequestAborted).ConfigureAwait(false);
        return content.ToArray();
    }

    static string NameOf(HttpRequest request)
    {
        var name = request.Query["name"].ToString();
        return name.Length == 0 ? "The picture" : name.Length > MostLetters ? name[..MostLetters] : name;
    }

    // Other sites may not even post here.
    static void CheckOrigin(HttpRequest request)
    {
        if (request.Headers.Origin is { Count: > 0 } origin
            && !(Uri.TryCreate(origin[0], UriKind.Absolute, out var uri) && uri.Authority == request.Host.Value))
            throw new Refused(StatusCodes.Status403Forbidden, "Pictures are taken from this page only.");
    }

    static bool IsLoopback(string host) => host is "localhost" or "127.0.0.1" or "[::1]";

    (int Status, string Sentence) Explain(Exception exception) => exception switch
    {
        Refused refused => (refused.Status, refused.Message),
        ResiduumException => (StatusCodes.Status400BadRequest, exception.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (StatusCodes.Status413PayloadTooLarge,
            $"The file is larger than {answerer.MostFileBytes >> 20} MB; make it smaller."),
        BadHttpRequestException bad => (bad.StatusCode, "The request is malformed."),
        OutOfMemoryException => (StatusCodes.Status500InternalServerError, "The memory of this machine does not suffice for that."),
        _ => (StatusCodes.Status500InternalServerError,
            $"This should not happen ({exception.GetType().Name}: {exception.Message.Split('\n')[0].TrimEnd('.')})."),
    };

    static async Task SendAsync(HttpResponse response, int status, string type, byte[] content, bool headOnly)
    {
        response.StatusCode = status;
        response.ContentType = type;
        response.ContentLength = content.Length;
        if (!headOnly) await response.Body.WriteAsync(content).ConfigureAwait(false);
    }

    /// <summary>A request that is answered with an error.</summary>
    sealed class Refused(int status, string sentence) : Exception(sentence)
    {
        public int Status => status;
    }
}
