/** A labelled list to choose from, with a step back and forth. */
import { useId } from "preact/hooks";

interface ChooserProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly onChoose: (value: string) => void;
}

export function Chooser({ label, value, options, onChoose }: ChooserProps) {
  const id = useId();
  const index = options.findIndex((option) => option.value === value);
  const step = (by: number, name: string, sign: string) => {
    const next = options[index + by];
    return (
      <button
        type="button"
        class="step"
        aria-label={`${name} ${label.toLowerCase()}`}
        disabled={!next}
        onClick={() => next && onChoose(next.value)}
      >
        {sign}
      </button>
    );
  };
  return (
    <div class="chooser">
      <label for={id}>{label}</label>
      <div class="chooser-row">
        {step(-1, "Previous", "‹")}
        <select id={id} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text}
            </option>
          ))}
        </select>
        {step(1, "Next", "›")}
      </div>
    </div>
  );
}
