import { Link } from "@tanstack/react-router";
import { Button, type ButtonProps } from "./Button.tsx";

/** A button that goes to an address and keeps what stands behind `?`. */
export function ButtonLink({ to, ...rest }: ButtonProps & { to: string }) {
  return <Button variant="default" {...rest} component={Link} to={to as never} search={true as never} />;
}
