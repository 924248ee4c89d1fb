using System.Text;
using System.Text.RegularExpressions;

namespace Residuum.Web.Exploration;

/// <summary>Writes the page and the answers to all that it may ask into one document.</summary>
static partial class PageExport
{
    // Whatever stands in the file, it loads nothing.
    const string Policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

    [GeneratedRegex("""<link rel="(?:stylesheet|modulepreload)"[^>]*>\n|<script type="module"[^>]*></script>\n""")]
    private static partial Regex Loading();

    [GeneratedRegex("""^import (\{[^}]*\}) from '/([\w.]+)';$""", RegexOptions.Multiline)]
    private static partial Regex Imports();

    [GeneratedRegex(@"^export ((?:async )?(?:function|const|class)) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Exports();

    public static string Write(Answerer answerer)
    {
        var page = Loading().Replace(Text("index.html"), "");
        var head = $"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}\">\n<style>\n{Text("style.css")}</style>\n";
        var body = $"<script type=\"application/json\" id=\"answers\">{Answers(answerer)}</script>\n<script "
            + $"type=\"module\">\n{Script()}</script>\n";
        return page.Replace("</head>", head + "</head>", StringComparison.Ordinal)
            .Replace("</body>", body + "</body>", StringComparison.Ordinal);
    }

    // Every module becomes a function that returns what it exports; those that it imports from stand before it.
    static string Script()
    {
        var script = new StringBuilder("const modules = {};\n");
        var written = new HashSet<string>();
        Append("main.js");
        return script.ToString();

        void Append(string name)
        {
            if (!written.Add(name)) return;
            var text = Text(name);
            foreach (Match import in Imports().Matches(text)) Append(import.Groups[2].Value);
            var exported = string.Join(", ", Exports().Matches(text).Select(match => match.Groups[2].Value));
            text = Exports().Replace(Imports().Replace(text, "const $1 = modules['$2'];"), "$1 $2");
            script.Append($"modules['{name}'] = (() => {{\n{text}return {{ {exported} }};\n}})();\n");
        }
    }

    // No text in a page's script may look like the end of it.
    static string Answers(Answerer answerer)
    {
        var json = new StringBuilder("{");
        foreach (var (key, answer) in answerer.AnswerAll())
            json.Append(json.Length > 1 ? ",\n" : "\n").Append(Encoding.UTF8.GetString(AnswersJson.Write(key))).Append(':')
                .Append(Encoding.UTF8.GetString(answer));
        return json.Append('}').Replace("<", "\\u003c").ToString();
    }

    static string Text(string name) => Encoding.UTF8.GetString(PageFiles.All[name].Content);
}
