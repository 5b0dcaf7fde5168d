import { OTHER } from '../core/survey/definition.ts';
import { shuffled } from '../core/survey/flow.ts';
import { type Asked, ids } from './asked.ts';
import { Ranking } from './ranking.tsx';
import { Rich } from './rich.tsx';
import { Matrix, Scale, Slider } from './scale.tsx';
import { put } from './words.ts';

const AUTOCOMPLETE: Record<string, string> = { name: 'name', email: 'email', phone: 'tel', company: 'organization' };
const INPUT: Record<string, 'email' | 'tel' | 'number' | 'date'> = {
  email: 'email',
  phone: 'tel',
  number: 'number',
  date: 'date',
};

interface TextProps extends Asked {
  /** The answer key, and what names the field where it is not the question itself. */
  readonly name?: string;
  readonly label?: string | undefined;
  /** What is written there: a question type or a field of a contact. */
  readonly kind?: string;
}

function TextField({ v, q, name = q.id, label, kind = q.type }: TextProps) {
  const type = INPUT[kind] ?? 'text';
  const props = {
    id: `i-${name}`,
    // What was typed belongs to the person: drawing anew must never write into the field.
    defaultValue: String(v.answers[name] ?? ''),
    maxlength: q.maxLength,
    'aria-required': String(q.required === 'yes'),
    'aria-label': label,
    onInput: ({ currentTarget: field }: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => {
      const { value } = field;
      const number = type === 'number' && !field.validity.badInput && value !== '';
      // What is no number is kept as it is, so that the person is told instead of losing it.
      v.set(name, number ? +value : field.validity.badInput ? '?' : value, 2000);
    },
    ...ids(v, q),
  };
  if (kind === 'long') return <textarea rows={4} {...props} />;
  return (
    <input
      type={type}
      autocomplete={(v.options.channel !== 'kiosk' && AUTOCOMPLETE[kind]) || 'off'}
      min={q.min}
      max={q.max}
      step={type === 'number' ? (q.step ?? 'any') : undefined}
      {...props}
    />
  );
}

function Choices({ v, q }: Asked) {
  const several = q.type === 'multiple';
  const given = v.answers[q.id];
  const chosen = several ? ((given ?? []) as readonly string[]) : [given];
  const choices = q.shuffle ? shuffled(q.choices ?? [], v.response + q.id) : (q.choices ?? []);
  const take = (id: string) =>
    v.set(
      q.id,
      !several
        ? id
        : chosen.includes(id)
          ? (chosen.filter((one) => one !== id) as string[])
          : ([...chosen, id] as string[]),
    );
  return (
    <div class="choices">
      {[...choices, ...(q.other ? [{ id: OTHER, text: v.words.other }] : [])].map(({ id, text }) => (
        <label key={id}>
          <input
            type={several ? 'checkbox' : 'radio'}
            name={q.id}
            checked={chosen.includes(id)}
            onChange={() => take(id)}
            {...ids(v, q)}
          />
          <span>{v.fill(text)}</span>
        </label>
      ))}
      {chosen.includes(OTHER) && (
        <TextField v={v} q={q} name={`${q.id}.other`} label={v.words.otherText} kind="short" />
      )}
    </div>
  );
}

function Contact({ v, q }: Asked) {
  return (
    <div class="contact">
      {q.fields?.map((field) => (
        <div>
          <label for={`i-${q.id}.${field}`}>{v.words[field]}</label>
          <TextField v={v} q={q} name={`${q.id}.${field}`} kind={field} />
        </div>
      ))}
    </div>
  );
}

function Control({ v, q }: Asked) {
  switch (q.type) {
    case 'matrix':
      return <Matrix v={v} q={q} />;
    case 'single':
    case 'multiple':
      return <Choices v={v} q={q} />;
    case 'ranking':
      return <Ranking v={v} q={q} />;
    case 'slider':
      return <Slider v={v} q={q} />;
    case 'contact':
      return <Contact v={v} q={q} />;
    case 'short':
    case 'long':
    case 'number':
    case 'date':
    case 'email':
      return <TextField v={v} q={q} />;
    case 'statement':
    case 'consent':
      return null;
    default:
      return <Scale v={v} q={q} />;
  }
}

/** One question: what is asked, how to answer, the inputs, and what is wrong. Groups are fieldsets, single fields labels. */
export function Question({ v, q }: Asked) {
  const { id, type } = q;
  const { words } = v;
  const problem = v.problems[id];
  const single = /^(short|long|number|date|email)$/.test(type);
  const plain = type === 'statement' || type === 'consent';
  const Box = single || plain ? 'div' : 'fieldset';
  const Head = single ? 'label' : plain ? 'div' : 'legend';
  const asks = (
    <>
      <Rich v={v} text={q.text} />
      {q.required === 'yes' && (
        <span class="star" aria-hidden="true">
          {' *'}
        </span>
      )}
    </>
  );
  const writes = type === 'short' || type === 'long' || q.other;
  return (
    <Box class={`q t-${type} ${problem ? 'wrong' : ''}`}>
      {type === 'consent' ? (
        <label class="na">
          <input
            type="checkbox"
            checked={v.answers[id] === true}
            onChange={() => v.set(id, v.answers[id] !== true)}
            aria-required={String(q.required === 'yes')}
            {...ids(v, q)}
          />
          <span>{asks}</span>
        </label>
      ) : (
        <Head class="asks" id={`q-${id}`} for={single ? `i-${id}` : undefined} tabindex={-1}>
          {asks}
        </Head>
      )}
      <div class="help" id={`h-${id}`}>
        <Rich v={v} text={q.help} />
        {v.survey?.threshold && writes ? <span class="p">{words.noNames}</span> : null}
      </div>
      <Control v={v} q={q} />
      <p class="error" id={`e-${id}`} role="alert">
        {problem &&
          put(words[problem === 'format' && (type === 'email' || type === 'contact') ? 'address' : problem], {
            min: q.min,
            max: problem === 'max' ? (q.max ?? q.maxLength) : '',
          })}
      </p>
    </Box>
  );
}
