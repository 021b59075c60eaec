import { Textarea, type TextareaProps } from "@mantine/core";
import { useRef } from "react";
import { LINE_PX, useSuggested, type Suggest } from "./Suggested.tsx";

type Props = Omit<TextareaProps, "onChange"> & { suggest: Suggest; onChange: (value: string) => void };

// Its lines wrap: what is offered stands beneath the field and not at the caret.
const beneath = ({ offsetHeight }: HTMLTextAreaElement) => ({ top: offsetHeight - LINE_PX, left: 0 });

/** A field of several lines that offers what can stand at the caret. */
export function SuggestedArea({ suggest, onChange, ...rest }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const suggested = useSuggested(field, suggest, beneath);
  return (
    <Textarea
      {...rest}
      {...suggested.props}
      ref={field}
      spellCheck={false}
      onChange={(event) => {
        onChange(event.currentTarget.value);
        suggested.look(event.currentTarget);
      }}
      inputContainer={(input) => (
        <div className="suggesting">
          {input}
          {suggested.popup}
        </div>
      )}
    />
  );
}
