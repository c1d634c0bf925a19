//! The table of the common languages.

use super::languages::{Language, Words};

const SLASHES: &[&str] = &["//"];
const HASH: &[&str] = &["#"];
const STARS: Option<(&str, &str)> = Some(("/*", "*/"));

/// Returns all languages.
pub(super) fn all() -> Vec<Language> {
    vec![
        shell(),
        python(),
        go(),
        rust(),
        script(),
        java(),
        csharp(),
        c(),
        sql(),
        docker(),
        toml(),
        ini(),
        hcl(),
        ruby(),
        kotlin(),
        graphql(),
        proto(),
        php(),
        swift(),
        css(),
        lua(),
        powershell(),
    ]
}

fn shell() -> Language {
    Language {
        names: "bash sh shell zsh console shell-session shellscript shellsession terminal env dotenv",
        words: Words::new(
            "if then else elif fi for while until do done case esac in function select return export local readonly \
             declare set unset source alias exit break continue trap eval exec shift",
            "",
            "true false",
            "echo cd printf read test sudo",
        ),
        comments: HASH,
        spaced_comments: true,
        quotes: "\" '",
        long_texts: true,
        variables: true,
        keys: "=",
        word_bytes: "-",
        ..Language::default()
    }
}

fn python() -> Language {
    Language {
        names: "python py python3 starlark bzl",
        words: Words::new(
            "and as assert async await break case class continue def del elif else except finally for from global if \
             import in is lambda match nonlocal not or pass raise return try while with yield",
            "int str float bool bytes list dict set tuple object type",
            "None True False self cls",
            "",
        ),
        comments: HASH,
        quotes: "\"\"\" ''' \" '",
        attributes: true,
        upper_types: true,
        ..Language::default()
    }
}

fn go() -> Language {
    Language {
        names: "go golang",
        words: Words::new(
            "break case chan const continue default defer else fallthrough for func go goto if import interface map \
             package range return select struct switch type var",
            "bool byte complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 \
             uint16 uint32 uint64 uintptr any",
            "true false nil iota",
            "",
        ),
        comments: SLASHES,
        block_comment: STARS,
        quotes: "\" ' `",
        raw_backticks: true,
        ..Language::default()
    }
}

fn rust() -> Language {
    Language {
        names: "rust rs",
        words: Words::new(
            "as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move \
             mut pub ref return static struct super trait type unsafe use where while yield",
            "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize",
            "true false self",
            "",
        ),
        comments: SLASHES,
        block_comment: STARS,
        quotes: "\" '",
        long_texts: true,
        macros: true,
        upper_types: true,
        ..Language::default()
    }
}

fn script() -> Language {
    Language {
        names: "javascript js jsx typescript ts tsx mjs cjs node",
        words: Words::new(
            "abstract as async await break case catch class const continue debugger declare default delete do else \
             enum export extends finally for from function get if implements import in instanceof interface is keyof \
             let namespace new of private protected public readonly return satisfies set static super switch throw try \
             type typeof var void while with yield",
            "any bigint boolean never number object string symbol unknown",
            "true false null undefined this NaN Infinity",
            "",
        ),
        comments: SLASHES,
        block_comment: STARS,
        quotes: "\" ' `",
        attributes: true,
        upper_types: true,
        word_bytes: "$",
        ..Language::default()
    }
}

fn java() -> Language {
    Language {
        names: "java groovy gradle scala",
        words: Words::new(
            "abstract assert break case catch class continue def default do else enum extends final finally for given \
             if implements import instanceof interface lazy match native new object override package permits private \
             protected public record return sealed static super switch synchronized throw throws trait transient try \
             type val var void volatile while with yield",
            "boolean byte char double float int long short",
            "true false null this",
            "",
        ),
        comments: SLASHES,
        block_comment: STARS,
        quotes: "\"\"\" \" '",
        attributes: true,
        upper_types: true,
        ..Language::default()
    }
}

fn csharp() -> Language {
    Language {
        names: "csharp cs c# dotnet",
        words: Words::new(
            "abstract as async await base break case catch checked class const continue default delegate do else enum \
             event explicit extern finally fixed for foreach get goto if implicit in init interface internal is lock \
             namespace new operator out override params partial private protected public readonly record ref return \
             sealed set sizeof stackalloc static struct switch throw try typeof unchecked unsafe using var virtual \
             volatile when where while with yield",
            "bool byte char decimal double dynamic float int long object sbyte short string uint ulong ushort void",
            "true false null this",
            "",
        ),
        comments: SLASHES,
        block_comment: STARS,
        quotes: "\"\"\" \" '",
        upper_types: true,
        ..Language::default()
    }
}

fn c() -> Language {
    Language {
        names: "c cpp c++ cc h hpp objective-c objc arduino",
        words: Words::new(
            "alignas auto break case catch class const constexpr consteval continue decltype default delete do else \
             enum explicit export extern final for friend goto if inline mutable namespace new noexcept operator \
             override private protected public register return sizeof static static_assert struct switch template \
             throw try typedef typename union using virtual volatile while",
            "bool char double float int long short signed size_t unsigned void int8_t int16_t int32_t int64_t uint8_t \
             uint16_t uint32_t uint64_t",
            "true false nullptr NULL this",
            "",
        ),
        comments: SLASHES,
        block_comment: STARS,
        quotes: "\" '",
        ..Language::default()
    }
}

fn sql() -> Language {
    let mut words = Words::new(
        "add all alter and any as asc begin between by cascade case check column commit constraint create cross \
         database default delete desc distinct drop else end exists explain foreign from full grant group having if in \
         index inner insert intersect into is join key left like limit materialized not offset on or order outer over \
         partition primary references replace returning revoke right rollback schema select set table then to \
         transaction trigger truncate union unique update using values view when where window with",
        "bigint bigserial blob boolean bytea char date decimal double float int integer json jsonb numeric real serial \
         smallint text time timestamp timestamptz uuid varchar",
        "true false null",
        "",
    );
    words.ignore_case = true;
    Language {
        names: "sql postgres postgresql plsql mysql sqlite tsql",
        words,
        comments: &["--"],
        block_comment: STARS,
        quotes: "' \" `",
        long_texts: true,
        ..Language::default()
    }
}

fn docker() -> Language {
    Language {
        names: "dockerfile docker containerfile",
        words: Words::new(
            "FROM AS RUN CMD LABEL MAINTAINER EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL \
             HEALTHCHECK SHELL",
            "",
            "",
            "",
        ),
        comments: HASH,
        spaced_comments: true,
        quotes: "\" '",
        variables: true,
        word_bytes: "-",
        ..Language::default()
    }
}

fn toml() -> Language {
    Language {
        names: "toml",
        words: Words::new("", "", "true false inf nan", ""),
        comments: HASH,
        quotes: "\"\"\" ''' \" '",
        keys: "=",
        sections: true,
        word_bytes: "-.",
        ..Language::default()
    }
}

fn ini() -> Language {
    Language {
        names: "ini properties conf cfg editorconfig systemd makefile make gitconfig",
        words: Words::new("", "", "true false yes no on off", ""),
        comments: &["#", ";"],
        spaced_comments: true,
        quotes: "\"",
        variables: true,
        keys: "=:",
        sections: true,
        word_bytes: "-.",
        ..Language::default()
    }
}

fn hcl() -> Language {
    Language {
        names: "hcl terraform tf tfvars nomad",
        words: Words::new(
            "resource data variable output module provider terraform locals for in if else endif for_each dynamic",
            "string number bool list map set object tuple any",
            "true false null",
            "",
        ),
        comments: &["#", "//"],
        block_comment: STARS,
        quotes: "\"",
        keys: "=",
        word_bytes: "-",
        ..Language::default()
    }
}

fn ruby() -> Language {
    Language {
        names: "ruby rb gemfile",
        words: Words::new(
            "alias and begin break case class def defined do else elsif end ensure extend for if in include module next \
             not or private protected public raise redo require require_relative rescue retry return super then undef \
             unless until when while yield",
            "",
            "true false nil self",
            "puts attr_accessor attr_reader",
        ),
        comments: HASH,
        quotes: "\" '",
        attributes: true,
        upper_types: true,
        word_bytes: "?",
        ..Language::default()
    }
}

fn kotlin() -> Language {
    Language {
        names: "kotlin kt kts",
        words: Words::new(
            "abstract actual annotation as break by catch class companion const constructor continue data do else enum \
             expect external final finally for fun get if import in infix init inline inner interface internal is \
             lateinit object open operator out override package private protected public reified return sealed set \
             super suspend throw try typealias val var vararg when where while",
            "",
            "true false null this it",
            "",
        ),
        comments: SLASHES,
        block_comment: STARS,
        quotes: "\"\"\" \" '",
        attributes: true,
        upper_types: true,
        ..Language::default()
    }
}

fn graphql() -> Language {
    Language {
        names: "graphql gql",
        words: Words::new(
            "query mutation subscription fragment on type interface union enum input scalar schema directive extend \
             implements repeatable",
            "Int Float String Boolean ID",
            "true false null",
            "",
        ),
        comments: HASH,
        quotes: "\"\"\" \"",
        variables: true,
        attributes: true,
        upper_types: true,
        ..Language::default()
    }
}

fn proto() -> Language {
    Language {
        names: "protobuf proto proto3 thrift",
        words: Words::new(
            "syntax package import public weak option message enum service rpc returns stream oneof map repeated \
             optional required reserved extensions extend to max",
            "double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes",
            "true false",
            "",
        ),
        comments: SLASHES,
        block_comment: STARS,
        quotes: "\" '",
        upper_types: true,
        ..Language::default()
    }
}

fn php() -> Language {
    Language {
        names: "php",
        words: Words::new(
            "abstract and as break case catch class clone const continue declare default do echo else elseif enum \
             extends final finally fn for foreach function global if implements include instanceof interface match \
             namespace new or print private protected public readonly require require_once return static switch throw \
             trait try use var while yield",
            "array bool callable float int iterable mixed object string void",
            "true false null self parent",
            "",
        ),
        comments: &["//", "#"],
        block_comment: STARS,
        quotes: "\" '",
        long_texts: true,
        variables: true,
        upper_types: true,
        ..Language::default()
    }
}

fn swift() -> Language {
    Language {
        names: "swift dart",
        words: Words::new(
            "as associatedtype async await break case catch class continue default defer do else enum extension \
             fallthrough final for func guard if import in init inout internal is lazy let mutating open operator \
             override private protocol public repeat required return static struct subscript super switch throw throws \
             try typealias var weak where while",
            "",
            "true false nil null self this",
            "",
        ),
        comments: SLASHES,
        block_comment: STARS,
        quotes: "\"\"\" \" '",
        attributes: true,
        upper_types: true,
        ..Language::default()
    }
}

fn css() -> Language {
    Language {
        names: "css scss sass less",
        words: Words::new("important from to", "", "inherit initial none auto unset", ""),
        block_comment: STARS,
        quotes: "\" '",
        variables: true,
        attributes: true,
        keys: ":",
        word_bytes: "-",
        ..Language::default()
    }
}

fn lua() -> Language {
    Language {
        names: "lua luau",
        words: Words::new(
            "and break do else elseif end for function goto if in local not or repeat return then until while",
            "",
            "true false nil self",
            "",
        ),
        comments: &["--"],
        quotes: "\" '",
        ..Language::default()
    }
}

fn powershell() -> Language {
    let mut words = Words::new(
        "begin break catch class continue do else elseif end exit finally for foreach function if in param process \
         return switch throw trap try until using while",
        "",
        "",
        "",
    );
    words.ignore_case = true;
    Language {
        names: "powershell ps1 pwsh ps",
        words,
        comments: HASH,
        block_comment: Some(("<#", "#>")),
        quotes: "\" '",
        long_texts: true,
        variables: true,
        word_bytes: "-",
        ..Language::default()
    }
}
