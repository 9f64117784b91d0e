namespace EndToEnd.Tests.Repository;

/// <summary>The words that bash offers: the values of an option after an equals sign, and the names on a host after its colon.</summary>
public sealed class CompletionTests : CopyTest
{
    [Cases]
    [InlineData("yscp", "yscp --connect=", "yscp --connect =", "auto direct reverse ssh")]
    [InlineData("yscp", "yscp --connect=d", "yscp --connect = d", "direct")]
    [InlineData("yscp", "yscp --channel u", "yscp --channel u", "udp")]
    [InlineData("yscp", "yscp h:there/ab", "yscp h : there/ab", "there/ab1 there/ab2/")]
    [InlineData("yscp", "yscp -r user@h:", "yscp -r user@h : ", "bin/ there/")]
    [InlineData("ytar", "ytar h:there/ab", "ytar h : there/ab", "there/ab1 there/ab2/")]
    public async Task It_is_what_fits(string program, string line, string words, string offered) =>
        (await Run($$"""
            mkdir bin there there/ab2; touch there/ab1; printf '#!/bin/bash\nexec bash -c "${@: -1}"\n' > bin/ssh; chmod +x bin/ssh; PATH=$PWD/bin:$PATH
            . '{{Checkout.Root}}/install/completions/{{program}}.bash'
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}}; IFS=' ' read -ra COMP_WORDS <<< '{{words}}'; [[ '{{words}}' != *' ' ]] || COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _{{program}}; echo "${COMPREPLY[*]}"
            """)).Is(0).Prints($"{offered}\n");
}
