import {
  type ComponentProps,
  createContext,
  type MouseEvent,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Form as AriaForm, FormValidationContext } from 'react-aria-components';
import { flushSync } from 'react-dom';
import { type FieldLabels, problemsAtFields } from './problem-fields.ts';

const Shown = createContext<Map<string, string> | null>(null);
const NOTHING: FieldLabels = new Map();
const NO_PROBLEMS: Record<string, string[]> = {};

/** The labels of the fields around, which say what is wrong with them themselves. */
export const useShownFields = (): FieldLabels => useContext(Shown) ?? NOTHING;

/** Says that a field of the API is shown here, under this label. */
export function useShownField(name: string | undefined, label: string): void {
  const shown = useContext(Shown);
  useEffect(() => {
    if (!shown || !name) return;
    shown.set(name, label);
    return () => {
      shown.delete(name);
    };
  }, [shown, name, label]);
}

/** What is wrong with a field that is none of the library's. */
export function useFieldProblem(name: string | undefined): string | undefined {
  const said = useContext(FormValidationContext)[name ?? ''];
  return typeof said === 'string' ? said : said?.join(' ');
}

interface ProblemsProps {
  /** The refusal of what was sent last. Fields with the `name` of what it is about show it. */
  readonly error: unknown;
  readonly children: ReactNode;
}

/** What a refusal says of the fields inside, at the fields. It goes with the first change, or when it is sent again. */
export function FieldProblems({ error, children }: ProblemsProps) {
  const box = useRef<HTMLDivElement>(null);
  const labels = useRef(new Map<string, string>()).current;
  const [seen, setSeen] = useState<unknown>(null);
  const isNews = error !== null && error !== undefined && error !== seen;
  const problems = useMemo(() => (isNews ? problemsAtFields(error, labels) : NO_PROBLEMS), [isNews, error, labels]);
  useEffect(() => {
    if (Object.keys(problems).length > 0) box.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [problems]);
  /** Another field may be the one to change; and what was wrong with the world may be right by now. */
  const forget = () => {
    if (isNews) setSeen(error);
  };
  const forgetBeforeSending = ({ target }: MouseEvent) => {
    const button = target instanceof Element ? target.closest('button') : null;
    // The browser sends no form with a field that is wrong, and looks right after this.
    if (button?.type === 'submit') flushSync(forget);
  };
  return (
    <Shown value={labels}>
      <FormValidationContext value={problems}>
        <div ref={box} className="contents" onInput={forget} onClickCapture={forgetBeforeSending}>
          {children}
        </div>
      </FormValidationContext>
    </Shown>
  );
}

/** A form whose fields say themselves what a refusal says of them. */
export function Form({ error, children, ...props }: Omit<ComponentProps<typeof AriaForm>, 'children'> & ProblemsProps) {
  return (
    <FieldProblems error={error}>
      <Inside {...props}>{children}</Inside>
    </FieldProblems>
  );
}

function Inside({ children, ...props }: ComponentProps<typeof AriaForm>) {
  // The form would otherwise hide from its fields what was said outside of it.
  const problems = useContext(FormValidationContext);
  return (
    <AriaForm {...props} validationErrors={problems}>
      {children}
    </AriaForm>
  );
}
