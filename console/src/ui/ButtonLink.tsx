import { Button, type ButtonProps } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

/** A button that goes to an address; what it may not do now it says. */
export function ButtonLink({
    to,
    why,
    children,
    ...rest
}: ButtonProps & { to: string; why?: string; children: ReactNode }) {
    if (why)
        return (
            <Button variant="default" size="sm" {...rest} disabled title={why}>
                {children}
            </Button>
        );
    return (
        <Button variant="default" size="sm" {...rest} component={Link} to={to as never} search={true as never}>
            {children}
        </Button>
    );
}
