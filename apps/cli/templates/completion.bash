# Completion of `loong` for bash, which needs nothing but bash.
__loong_complete() {
    # Bash takes `--channel=x` for three words. They are one here, as on the line; nothing in them is evaluated.
    local rest=${COMP_LINE:0:COMP_POINT} words=() count=0 index gap word
    for ((index = 0; index <= COMP_CWORD; index++)); do
        gap=${rest%%[![:space:]]*}
        rest=${rest:${#gap}}
        word=${COMP_WORDS[index]}
        ((index == COMP_CWORD)) && word=$rest
        rest=${rest#"$word"}
        if [[ -n $gap || $count -eq 0 ]]; then
            words[count++]=$word
        else
            words[count - 1]+=$word
        fi
    done
    words=("${words[@]//[\"\'\\]/}")

    # Of a flag with its value, bash replaces what stands after the last break.
    local current=${words[count - 1]} kept=""
    if [[ $current == --*=* ]]; then
        [[ $COMP_WORDBREAKS == *=* ]] || kept=${current%%=*}=
        current=${current#*=}
    fi
    COMPREPLY=()
    local line value
    while IFS= read -r line; do
        value=${line%%$'\t'*}
        [[ $value == :[0-9]* || $value != "$current"* ]] || COMPREPLY+=("$kept$value")
    done < <(loong complete -- "${words[@]:1}" 2>/dev/null)
}
complete -F __loong_complete loong
