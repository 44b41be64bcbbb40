<?php
// Reads the PHP files named, with Debian's php-parser, and prints what is not as Moodle or this project wants it: a line each.

declare(strict_types=1);

require '/usr/share/php/PhpParser/autoload.php';

use PhpParser\Node;
use PhpParser\Node\Expr;
use PhpParser\Node\Stmt;
use PhpParser\NodeFinder;

const LONGEST = 39;
/** Names that 4.5 to 5.3 deprecate, move or have removed, and those that only debugging needs. */
const GONE_FUNCTIONS = ['print_error', 'notify', 'add_to_log', 'get_context_instance', 'get_all_user_name_fields', 'events_trigger',
    'external_generate_token', 'external_format_text', 'external_format_string', 'print_object', 'file_encode_url'];
/** The same, which the tests may still use on the versions that are declared. */
const GONE_SOON = ['user_create_user', 'user_update_user', 'user_delete_user'];
const GONE_CLASSES = ['external_api', 'external_function_parameters', 'external_single_structure', 'external_multiple_structure',
    'external_value', 'external_description', 'external_util', 'external_files', 'external_settings'];
const SQL_METHODS = '/^(get_(record|records|recordset|field|fieldset|records_menu|recordset)(s)?_(sql|select)|get_fieldset_select'
    . '|get_records_select(_menu)?|get_recordset_select|count_records_(sql|select)|record_exists_(sql|select)|execute'
    . '|delete_records_select|set_field_select)$/';

final class Reader {
    private string $text = '';
    private bool $test = false;
    /** @var string[] */
    public array $found = [];

    public function __construct(private readonly NodeFinder $finder = new NodeFinder()) {
    }

    public function read(string $path, string $component): void {
        $this->text = (string) file_get_contents($path);
        $this->test = str_contains($path, '/tests/');
        $say = fn(int $line, string $what) => $this->found[] = "$path:$line: $what";
        $tree = (new PhpParser\ParserFactory())->create(PhpParser\ParserFactory::ONLY_PHP7)->parse($this->text) ?? [];
        $this->boilerplate($component, $say);
        foreach ($this->finder->findInstanceOf($tree, Node\FunctionLike::class) as $function) {
            if ($function instanceof Stmt\ClassMethod || $function instanceof Stmt\Function_) {
                $this->documented($function, $say);
                $length = $function->getEndLine() - $function->getStartLine() + 1;
                $length > LONGEST && $say($function->getStartLine(), "{$function->name} has $length lines");
                $this->test || $this->sql($function, $say);
            }
        }
        foreach ($this->finder->findInstanceOf($tree, Stmt\ClassLike::class) as $class) {
            $class->name && !$class->getDocComment() && $say($class->getStartLine(), "{$class->name} has no PHPDoc");
        }
        foreach ($this->finder->findInstanceOf($tree, Stmt\Property::class) as $property) {
            $property->getDocComment() || $say($property->getStartLine(), 'a property has no PHPDoc');
        }
        foreach ($this->finder->findInstanceOf($tree, Stmt\ClassConst::class) as $constant) {
            $constant->getDocComment() || $say($constant->getStartLine(), 'a constant has no PHPDoc');
        }
        $this->gone($tree, $say);
        $this->test || $this->output($tree, $say);
    }

    private function boilerplate(string $component, callable $say): void {
        $lines = explode("\n", $this->text);
        $head = implode("\n", array_slice($lines, 0, 16));
        foreach (['<?php', 'This file is part of Moodle', 'GNU General Public License', 'either version 3'] as $word) {
            str_contains($head, $word) || $say(1, "no « $word » at the top");
        }
        foreach (["@package    $component", '@copyright  ', '@license    https://www.gnu.org/copyleft/gpl.html'] as $tag) {
            str_contains($this->text, $tag) || $say(1, "no $tag");
        }
    }

    private function documented(Stmt\ClassMethod|Stmt\Function_ $function, callable $say): void {
        $line = $function->getStartLine();
        $overrides = array_filter($function->attrGroups, fn($group) => str_ends_with((string) $group->attrs[0]->name, 'Override'));
        $name = (string) $function->name;
        if ($overrides || ($this->test && preg_match('/^(test_|setUp|tearDown)/', $name) && !$function->params)) {
            return;
        }
        $comment = (string) $function->getDocComment();
        if ($comment === '') {
            $say($line, "$name has no PHPDoc");
            return;
        }
        if (str_contains($this->text, 'extends TestCase') && str_contains($comment, '@dataProvider')) {
            return;
        }
        preg_match_all('/@param\s+\S.*?\s(?:\.\.\.)?\$(\w+)/', $comment, $written);
        $promoted = array_filter($function->params, fn($param) => (bool) $param->flags);
        $real = array_map(fn($param) => $param->var->name, $function->params);
        $promoted || $written[1] === $real || $say($line, "$name: @param " . implode(', ', $written[1]) . ', not ' . implode(', ', $real));
        $type = $function->returnType;
        $returns = $type && !in_array($type instanceof Node\Identifier ? $type->name : '', ['void', 'never'], true);
        $returns && !str_contains($comment, '@return') && $say($line, "$name has no @return");
    }

    /** A statement for the database is made of literals, of constants and of what the database itself gave for it. */
    private function sql(Stmt\ClassMethod|Stmt\Function_ $function, callable $say): void {
        // A condition that a private function is given is checked where it is given.
        $safe = $function instanceof Stmt\ClassMethod && $function->isPrivate() && str_ends_with((string) $function->name, '_where')
            ? ['where'] : [];
        $all = [...$this->finder->findInstanceOf((array) $function->stmts, Stmt\Foreach_::class),
            ...$this->finder->findInstanceOf((array) $function->stmts, Expr\Assign::class)];
        foreach ($all as $assign) {
            if ($this->plain($assign->expr, $safe)) {
                $target = $assign instanceof Expr\Assign ? $assign->var : $assign->valueVar;
                foreach ($this->finder->findInstanceOf([$target], Expr\Variable::class) as $variable) {
                    $safe[] = $variable->name;
                }
            }
        }
        foreach ($this->finder->findInstanceOf((array) $function->stmts, Expr\MethodCall::class) as $call) {
            if (!$call->name instanceof Node\Identifier || !$call->var instanceof Expr\Variable) {
                continue;
            }
            if (str_ends_with($call->name->name, '_where') && !$this->plain($call->args[0]->value, $safe)) {
                $say($call->getStartLine(), "{$call->name}: a condition made of something else than literals");
            }
            if ($call->var->name !== 'DB') {
                continue;
            }
            if (preg_match(SQL_METHODS, $call->name->name)) {
                $rank = str_contains($call->name->name, '_select') ? 1 : 0;
                $statement = $call->args[$rank]->value ?? null;
                if ($statement && !$this->plain($statement, $safe)) {
                    $say($call->getStartLine(), "{$call->name}: a statement made of something else than literals");
                }
            }
        }
    }

    private function plain(Node $node, array $safe): bool {
        return match (true) {
            $node instanceof Node\Scalar\String_, $node instanceof Expr\ClassConstFetch, $node instanceof Node\Scalar\EncapsedStringPart,
            $node instanceof Node\Scalar\LNumber => true,
            $node instanceof Expr\BinaryOp\Concat => $this->plain($node->left, $safe) && $this->plain($node->right, $safe),
            $node instanceof Expr\Variable => in_array($node->name, $safe, true),
            $node instanceof Expr\Ternary => $node->if && $this->plain($node->if, $safe) && $this->plain($node->else, $safe),
            $node instanceof Node\Scalar\Encapsed => !array_filter($node->parts, fn($part) => !$this->plain($part, $safe)),
            $node instanceof Expr\MethodCall => $node->var instanceof Expr\Variable && $node->var->name === 'DB'
                && preg_match('/^(get_in_or_equal|sql_)/', (string) $node->name),
            $node instanceof Expr\FuncCall => $node->name instanceof Node\Name && (string) $node->name === 'implode'
                && $this->plain($node->args[0]->value, $safe) && $this->plain($node->args[1]->value, $safe),
            $node instanceof Expr\Array_ => !array_filter($node->items, fn($item) => !$this->plain($item->value, $safe)),
            default => false,
        };
    }

    private function gone(array $tree, callable $say): void {
        foreach ($this->finder->findInstanceOf($tree, Expr\FuncCall::class) as $call) {
            $name = $call->name instanceof Node\Name ? ltrim((string) $call->name, '\\') : '';
            in_array($name, [...GONE_FUNCTIONS, ...($this->test ? [] : GONE_SOON)], true) && $say($call->getStartLine(), "$name() is deprecated");
        }
        foreach ($this->finder->findInstanceOf($tree, Node\Name\FullyQualified::class) as $name) {
            in_array((string) $name, GONE_CLASSES, true) && $say($name->getStartLine(), "\\$name has moved to core_external");
        }
        foreach ($this->finder->findInstanceOf($tree, Expr\Include_::class) as $include) {
            $code = (new PhpParser\PrettyPrinter\Standard())->prettyPrintExpr($include->expr);
            str_contains($code, 'externallib') && $say($include->getStartLine(), 'externallib.php is not to be included');
            preg_match("#__DIR__ . '/(\\.\\./){3}#", $code) && $say($include->getStartLine(), 'a path computed from __DIR__');
        }
    }

    /** Pages print what Moodle's renderer gives, and nothing else prints. */
    private function output(array $tree, callable $say): void {
        foreach ($this->finder->findInstanceOf($tree, Stmt\Echo_::class) as $echo) {
            foreach ($echo->exprs as $expr) {
                $rendered = ($expr instanceof Expr\MethodCall) && ($expr->var instanceof Expr\Variable) && $expr->var->name === 'OUTPUT';
                $rendered || $say($echo->getStartLine(), 'echo of something that no renderer made');
            }
        }
        foreach ([Stmt\InlineHTML::class, Expr\Print_::class, Expr\ShellExec::class, Expr\Eval_::class] as $class) {
            foreach ($this->finder->findInstanceOf($tree, $class) as $node) {
                $say($node->getStartLine(), 'not allowed here: ' . $node->getType());
            }
        }
        foreach ($this->finder->findInstanceOf($tree, Expr\Variable::class) as $variable) {
            in_array($variable->name, ['_GET', '_POST', '_REQUEST', '_COOKIE', '_SERVER', '_FILES'], true)
                && $say($variable->getStartLine(), "\${$variable->name} is read by Moodle, not by a plugin");
        }
    }
}

$reader = new Reader();
foreach (array_slice($argv, 2) as $path) {
    $reader->read($path, $argv[1]);
}
echo implode("\n", $reader->found), $reader->found ? "\n" : '';
exit($reader->found ? 1 : 0);
